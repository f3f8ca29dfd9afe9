import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import execa from "execa";
import { StoreError } from "../errors";
import { firstLine } from "../firstLine";
import type { StoreName } from "../store";
import { hasCode } from "./fileError";

/** What git has to do with a file. */
export type GitState = "tracked" | "ignored" | "exposed" | "outside";

/** Variables that git needs. Keys may be in our environment, and where a hook's git works is not where we look. */
const passed = [
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "USERPROFILE",
  "SYSTEMROOT",
  "GIT_CONFIG_GLOBAL",
];

/**
 * Whether a file is in git's index, ignored, neither, or in no work tree at all.
 * @throws StoreError when the file is in a work tree and git cannot tell: then nobody may write a value there
 */
export async function gitState(file: string, store: StoreName): Promise<GitState> {
  const dir = folderOf(file);
  if (!isInWorkTree(dir)) return "outside";
  if (await git(dir, store, "ls-files", "--error-unmatch", "--", `:(literal)${basename(file)}`)) {
    return "tracked";
  }
  return (await git(dir, store, "check-ignore", "--quiet", "--", basename(file)))
    ? "ignored"
    : "exposed";
}

/**
 * Lets a file with values be written only where no commit would take it along.
 * @throws StoreError `denied`, with the fix
 */
export async function requireUncommitted(file: string, store: StoreName): Promise<void> {
  const state = await gitState(file, store);
  const name = basename(file);
  const ignoreFile = join(folderOf(file), ".gitignore");
  if (state === "tracked") {
    throw new StoreError(
      "denied",
      store,
      `${file}: is tracked by git, so a value in it would be committed; nothing was written`,
      `run \`git rm --cached ${name}\` there, add the line \`${name}\` to ${ignoreFile}, and replace the keys that were committed`,
    );
  }
  if (state === "exposed") {
    throw new StoreError(
      "denied",
      store,
      `${file}: is not ignored by git; nothing was written`,
      `add the line \`${name}\` at the end of ${ignoreFile}`,
    );
  }
}

/** Where a file is in truth: a link may lead into a repository. */
function folderOf(file: string): string {
  const dir = dirname(resolve(file));
  try {
    return realpathSync(dir);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return dir;
    throw error;
  }
}

/** A work tree has a folder .git at its root; a linked one or a submodule a file of that name. */
function isInWorkTree(dir: string): boolean {
  if (existsSync(join(dir, ".git"))) return true;
  const above = dirname(dir);
  return above !== dir && isInWorkTree(above);
}

/** Whether git says yes; its codes are 0 for yes, 1 for no, others for failures. */
async function git(dir: string, store: StoreName, ...args: readonly string[]): Promise<boolean> {
  const env = Object.fromEntries(passed.map((name) => [name, process.env[name]]));
  const { exitCode, stderr, failed } = await execa("git", args, {
    ...{ cwd: dir, env: { ...env, LC_ALL: "C" }, extendEnv: false },
    ...{ reject: false, stdin: "ignore", timeout: 30_000 },
  }).catch(() => ({ exitCode: undefined, stderr: "", failed: true }));
  if (!failed) return true;
  if (exitCode === 1) return false;
  throw new StoreError(
    "unavailable",
    store,
    `${dir}: is in a git repository, and git cannot tell whether a file there is tracked or ignored: ${firstLine(stderr) || "it cannot be started"}; nothing was written`,
    "install git, or mend what it says",
  );
}
