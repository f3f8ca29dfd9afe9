import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { stores } from "../../stores";
import { DotenvKey } from "../../stores/dotenvVault/dotenvKey";
import { valuesOf } from "../../stores/files/envLines";
import { environmentFile, environmentOf, keysFile } from "../../stores/files/environment";
import { gitState } from "../../stores/files/git";
import { isStoreError } from "../../stores/errors";
import { valueNames } from "../../stores/dotenvx/dotenvxText";
import type { Place, StoreName } from "../../stores/store";
import { isSealed } from "../guard/sealed";
import { Checks, type Check } from "./check";
import { presences, type Presence } from "./keys";
import { named, nearName } from "./names";
import { putCommand } from "./put";
import { placesOf, type Subject } from "./subject";

type FileStore = "dotenv" | "dotenv-vault" | "dotenvx";

/** The stores that are files. */
export const isFileStore = (name: StoreName): name is FileStore =>
  ["dotenv", "dotenv-vault", "dotenvx"].includes(name);

/** The files of a store: there, private, out of git, readable, with the names that the application reads. */
export async function files(name: FileStore, subject: Subject): Promise<readonly Check[]> {
  const say = new Checks(name);
  const { dir, env } = subject;
  const places = placesOf(name, subject);
  const file = fileOf(name, env);
  const checks: Check[] = [];
  if (name === "dotenv-vault") checks.push(...dotenvKey(say, dir, env));
  if (name !== "dotenv" && existsSync(join(dir, keysFile))) {
    checks.push(...(await privateFile(say, name, dir, keysFile)));
  }
  if (!existsSync(join(dir, file))) {
    return [
      ...checks,
      say.failed("file", `${join(dir, file)} is not there`, makes(name, subject.at)),
      ...say.skipped(`there is no ${file}`, "key present", "name"),
    ];
  }
  const text = readable(join(dir, file));
  if ("code" in text) {
    return [
      ...checks,
      say.failed(
        "file",
        `${file} cannot be read (${text.code})`,
        `\`ls -ld ${file}\` tells what it is and whose`,
      ),
      ...say.skipped(`${file} cannot be read`, "key present", "name"),
    ];
  }
  checks.push(...(await contents(say, name, dir, file, text.text)));
  const store = stores[name]()({ env, dir, note: subject.note });
  try {
    const keys = await presences(say, store, places, subject);
    return [
      ...checks,
      ...keys.map(({ check }) => check),
      ...nearNames(say, name, file, text.text, keys),
    ];
  } finally {
    await store.close();
  }
}

/** What makes the file. */
function makes(name: FileStore, at: string): string {
  switch (name) {
    case "dotenv":
      return "`promptsentinel-secrets dotenv init`";
    case "dotenv-vault":
      return "`promptsentinel-secrets dotenv encrypt`";
    case "dotenvx":
      return putCommand("<key>", name, at);
  }
}

/** A file's text, or the file system's code where it has none: a folder of that name, or one of somebody else's. */
function readable(path: string): { readonly text: string } | { readonly code: string } {
  try {
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? "no answer" };
  }
}

/** Whether a file may be where it is: one with values in the clear is its owner's alone, and out of git. */
async function contents(
  say: Checks,
  name: FileStore,
  dir: string,
  file: string,
  text: string,
): Promise<readonly Check[]> {
  if (name === "dotenv") return privateFile(say, name, dir, file);
  if (name === "dotenv-vault" || isSealed(text)) {
    return [say.ok("file", `${file} is there; encrypted, it may be committed`)];
  }
  const own = await privateFile(say, name, dir, file);
  if (valueNames(text).length === 0) return [say.ok("file", `${file} has no value yet`), ...own];
  return [
    say.failed(
      "file",
      `${file} has values in the clear`,
      `\`npx @dotenvx/dotenvx encrypt -f ${file}\``,
    ),
    ...own,
  ];
}

const fileOf = (name: FileStore, env: NodeJS.ProcessEnv): string =>
  name === "dotenv"
    ? ".env"
    : name === "dotenv-vault"
      ? ".env.vault"
      : environmentFile(environmentOf(env, name));

/** Mode and git of a file with values, or with what opens them. */
async function privateFile(
  say: Checks,
  name: StoreName,
  dir: string,
  file: string,
): Promise<readonly Check[]> {
  const path = join(dir, file);
  const open = (statSync(path).mode & 0o077).toString(8).padStart(3, "0");
  const mode =
    process.platform === "win32" || open === "000"
      ? say.ok("file", `${file} is yours alone`)
      : say.failed(
          "file",
          `${file} may be opened by others on this machine`,
          `\`chmod 600 ${file}\``,
        );
  return [mode, await inGit(say, name, path, file)];
}

/** A line of its own, whether or not the last one has an end. */
const ignoring = (file: string): string => `printf '\\n${file}\\n' >> .gitignore`;

async function inGit(say: Checks, name: StoreName, path: string, file: string): Promise<Check> {
  try {
    switch (await gitState(path, name)) {
      case "tracked":
        return say.failed(
          "file",
          `${file} is tracked by git, so its values are in the history`,
          `\`git rm --cached ${file} && ${ignoring(file)}\`, and replace each key that was committed`,
        );
      case "exposed":
        return say.failed(
          "file",
          `${file} is not ignored by git: the next \`git add .\` takes it along`,
          `\`${ignoring(file)}\``,
        );
      case "ignored":
        return say.ok("file", `${file} is ignored by git`);
      case "outside":
        return say.ok("file", `${file} is in no repository`);
    }
  } catch (error) {
    return say.refused("file", error);
  }
}

/** Of an encrypted file only names are there to see: they are not encrypted with dotenvx, and are with dotenv-vault. */
function nearNames(
  say: Checks,
  name: FileStore,
  file: string,
  text: string,
  keys: readonly Presence[],
): readonly Check[] {
  if (name === "dotenv-vault") return [];
  const names = Object.keys(valuesOf(text));
  const right = keys.map(({ place }) => place.key.env);
  return keys
    .filter(({ missing }) => missing)
    .map(({ place }: { place: Place }) => {
      const { env: key } = place.key;
      const near = nearName(key, place.key, names, right);
      return near === undefined
        ? say.ok("name", "nothing like it is in the file", { key })
        : say.failed(
            "name",
            `the application reads ${key}; there is ${named(near)}`,
            `rename it to ${key} in ${file}`,
            key,
          );
    });
}

/** The shape alone: whether it opens the file, the keys say. */
function dotenvKey(say: Checks, dir: string, env: NodeJS.ProcessEnv): readonly Check[] {
  const given = env["DOTENV_KEY"] ?? "";
  if (given === "" && existsSync(join(dir, keysFile))) {
    return [
      say.ok(
        "credentials",
        `DOTENV_KEY is not set; ${keysFile} here opens the file for this command, and the application needs DOTENV_KEY`,
      ),
    ];
  }
  if (given === "") {
    return [
      say.failed(
        "credentials",
        `DOTENV_KEY is not set, and there is no ${keysFile}: nothing here opens .env.vault`,
        `\`export DOTENV_KEY=<the environment's line of ${keysFile}>\`, from whoever encrypted it`,
      ),
    ];
  }
  try {
    const environments = DotenvKey.all(given, "DOTENV_KEY").map(({ environment }) => environment);
    return [say.ok("credentials", `DOTENV_KEY is of ${environments.join(", ")}`)];
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return [say.refused("credentials", error)];
  }
}
