import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { buildCli } from "../../cli/cli";
import { documentOf } from "../fixtures/documentOf";
import { inTempDir } from "../fixtures/tempDir";
import { min } from "../fixtures/vault";
import { commandsOf } from "../support/commandReference";
import { envFile, newValues } from "./secrets/values";
import { filesBelow, leaks, type Secrets, type Seen } from "./support/canary";
import { runCommand } from "./support/command";
import { startKvServer, type KvServer } from "./support/kvServer";
import { watchProcesses } from "./support/processes";

/** Files in which values belong. */
const theirs = [".env", ".env.keys", ".git"];

/** One call: its words, what is typed into it, and the codes that it may end with. */
interface Line {
  readonly words: string;
  readonly input?: (values: Secrets) => string;
  readonly codes?: readonly number[];
}

/**
 * Lines of each command in a folder with a `.env` of real forms, a repository and a real OpenBao at the guide's address;
 * good ones and ones that fail. A command that is not here fails the test below.
 */
const lines: Readonly<Record<string, readonly Line[]>> = {
  "secrets put": [
    { words: "secrets put openai --to vault --stdin", input: (of) => of["openai"] ?? "" },
    {
      words: "secrets put openai --to vault --stdin",
      input: (of) => of["openai"] ?? "",
      codes: [3],
    },
    {
      words: "secrets put openai --to vault --stdin --rotate --json",
      input: (of) => of["openai"] ?? "",
    },
    {
      words: "secrets put snyk --to vault --stdin",
      input: (of) => `${of["anthropic"] ?? ""} x`,
      codes: [1, 2],
    },
    {
      words: "secrets put anthropic --to aws --stdin",
      input: (of) => of["anthropic"] ?? "",
      codes: [1, 4],
    },
    { words: "secrets put --missing --to vault", codes: [2] },
  ],
  "secrets status": [
    { words: "secrets status --in vault dotenv", codes: [0, 1] },
    { words: "secrets status --in vault dotenv --json", codes: [0, 1] },
  ],
  "secrets copy": [
    { words: "secrets copy --all --from dotenv --to vault" },
    { words: "secrets copy openai --from vault --to dotenvx --json", codes: [0, 1, 3] },
    { words: "secrets copy anthropic --from dotenv --to aws", codes: [1, 4] },
  ],
  "secrets compare": [
    { words: "secrets compare --file wiring.json --with-file wiring.json", codes: [1, 2, 4] },
  ],
  run: [
    { words: "run --method dotenv --allow-missing -- node -e process.exit(3)", codes: [3] },
    { words: "run --method vault --allow-missing -- node -e 0", codes: [0] },
    { words: "run --method dotenv -- no-such-command", codes: [127, 125] },
  ],
  "dotenv init": [{ words: "dotenv init" }, { words: "dotenv init --json" }],
  "dotenv encrypt": [{ words: "dotenv encrypt" }, { words: "dotenv encrypt --json" }],
  "dotenv rotate-key": [
    { words: "dotenv encrypt" },
    { words: "dotenv rotate-key --method dotenv-vault" },
    { words: "dotenv rotate-key --method dotenvx", codes: [0, 1] },
  ],
  "dotenv migrate": [{ words: "dotenv migrate --to dotenvx", codes: [0, 1] }],
  guard: [
    { words: "guard", codes: [1] },
    { words: "guard --all --json", codes: [1] },
    { words: "guard --install" },
  ],
  doctor: [
    { words: "doctor --method vault dotenv", codes: [0, 1, 4] },
    { words: "doctor --method vault dotenv --json", codes: [0, 1, 4] },
  ],
  wiring: [{ words: "wiring --file wiring.json --format env" }],
  // Those of a stack have a stack's own canary: canary.test.ts, and are refused here.
  recover: [{ words: "recover --stack none", codes: [2] }],
  new: [{ words: "new other --from none", codes: [2] }],
  "vault secret-id": [{ words: "vault secret-id --stack none --consumer app", codes: [2] }],
  "vault audit-config": [{ words: "vault audit-config --stack none", codes: [2] }],
  completion: [{ words: "completion bash" }, { words: "complete -- secrets put " }],
};

const commands = commandsOf(buildCli()).map(({ name }) => name.replace(/^\S+ /, ""));

test("every command has lines here", () => {
  expect(Object.keys(lines).sort()).toStrictEqual([...commands].sort());
});

describe("no value in what a command says, in its arguments, in others' environments or in files", () => {
  let server: KvServer;
  beforeEach(async () => {
    server = await startKvServer();
  });
  afterEach(() => server.stop());

  test.each(Object.entries(lines))("%s", async (_, all) => {
    const values = newValues();
    await inTempDir(async (cwd) => {
      await prepare(cwd, values);
      // Where values belong, beside the store: the environment of the command that `run` starts.
      const watch = watchProcesses(values, (args) => args.includes("-e"));
      const seen: Seen[] = [];
      for (const { words, input, codes = [0] } of all) {
        const given = input?.(values);
        const { exitCode, stdout, stderr } = await runCommand(words.split(" "), {
          ...{ cwd, env: server.env },
          ...(given !== undefined && { input: given }),
        });
        expect([words, codes.includes(exitCode) ? "" : `${String(exitCode)} ${stderr}`]).toEqual([
          words,
          "",
        ]);
        seen.push([`stdout of ${words}`, stdout], [`stderr of ${words}`, stderr]);
      }
      const files = (await filesBelow(cwd)).filter(
        ([file]) => !theirs.some((one) => file === one || file.startsWith(`${one}/`)),
      );
      expect(leaks([...seen, ...files], values)).toStrictEqual([]);
      expect(watch.stop()).toStrictEqual([]);
    });
  });

  test("and one that is said is seen", async () => {
    const values = newValues();
    await inTempDir(async (cwd) => {
      await prepare(cwd, values);
      const watch = watchProcesses(values);
      const line =
        "run --method dotenv --allow-missing -- node -e console.log(process.env.OPENAI_API_KEY);setTimeout(()=>0,300)";
      const { stdout } = await runCommand(line.split(" "), { cwd });
      expect(leaks([["stdout", stdout]], values)).toStrictEqual(["stdout: openai as plain"]);
      expect(watch.stop().join()).toContain("environment of");
      await rm(join(cwd, ".env"));
    });
  });
});

/** A folder as a user of the application has it: a repository with an ignored `.env`, and a key staged by mistake. */
async function prepare(cwd: string, values: Secrets): Promise<void> {
  const git = (...args: readonly string[]) => execa("git", args, { cwd });
  await git("init", "--quiet");
  await writeFile(join(cwd, ".gitignore"), ".env\n.env.*\n!.env.vault\n.local/\n");
  await writeFile(join(cwd, ".env"), envFile(values), { mode: 0o600 });
  await writeFile(join(cwd, "wiring.json"), JSON.stringify(await documentOf(min)));
  const staged = join(cwd, "settings.py");
  await writeFile(staged, `key = "${values["openai"] ?? ""}"\n`);
  await git("add", ".gitignore", "settings.py");
  // The index has it; what is read below is the folder.
  await writeFile(staged, "key = None\n");
  expect(await readFile(staged, "utf8")).not.toContain(values["openai"]);
}
