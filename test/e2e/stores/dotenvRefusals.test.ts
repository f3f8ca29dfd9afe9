import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { DotenvKey } from "../../../stores/dotenvVault/dotenvKey";
import { inRepository } from "../../fixtures/gitRepository";
import { inTempDir } from "../../fixtures/tempDir";
import { filesBelow, leaks } from "../support/canary";
import { cli } from "../support/fileReaders";

const value = "sk-ant-e2e-refused-4718-a_b";
const input = value;
const put = ["secrets", "put", "anthropic", "--stdin", "--to"];

/** What a refused call says: why, with a fix; nothing of a value or key, which is nowhere in the folder either. */
async function refused(
  dir: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { all = "", exitCode } = await cli(dir, args, {
    input,
    env,
  });
  expect([exitCode, all]).toEqual([1, all]);
  expect(all).toContain("; fix: ");
  const key = env["DOTENV_KEY"] ?? "none-was-given";
  const seen = [["said", all] as const, ...(await filesBelow(dir))];
  expect(leaks(seen, { value, key })).toEqual([]);
  return all;
}

test.each([
  ["dotenv", ".env"],
  ["dotenv-vault", ".env.keys"],
  ["dotenvx", ".env.keys"],
])("%s: nothing is written while git does not ignore %s, or tracks it", (store, file) =>
  inRepository([], async ({ dir, git }) => {
    expect(await refused(dir, [...put, store])).toContain(`add the line \`${file}\` at the end of`);
    writeFileSync(join(dir, ".gitignore"), ".env\n.env.*\n");
    writeFileSync(join(dir, file), "# nothing yet\n");
    await git("add", "--force", file);
    expect(await refused(dir, [...put, store])).toContain(`${file}: is tracked by git`);
    expect(readFileSync(join(dir, file), "utf8")).toBe("# nothing yet\n");
  }),
);

test("another's key and a damaged vault are told without anything of them", () =>
  inTempDir(async (root) => {
    const dir = join(root, "place");
    mkdirSync(dir);
    const first = await cli(dir, [...put, "dotenv-vault"], { input, env: { HOME: root } });
    expect(first.exitCode).toBe(0);
    const DOTENV_KEY = DotenvKey.make("development").reveal();
    const rotate = ["dotenv", "rotate-key", "--method", "dotenv-vault"];
    expect(await refused(dir, rotate, { DOTENV_KEY })).toContain("is not opened by the key");
    const vault = join(dir, ".env.vault");
    writeFileSync(vault, readFileSync(vault, "utf8").slice(0, -20) + '"\n');
    expect(await refused(dir, rotate)).toMatch(/is not opened by|is not what dotenv-vault writes/);
  }));

test("git is asked without the keys of our environment", () =>
  inRepository([".env", ".env.*"], async ({ dir }) => {
    const tools = join(dir, "tools");
    mkdirSync(tools);
    const path = process.env["PATH"] ?? "";
    const script = `#!/bin/sh\nenv >> "${join(dir, "asked")}"\nPATH="${path}" exec git "$@"\n`;
    writeFileSync(join(tools, "git"), script);
    chmodSync(join(tools, "git"), 0o700);
    const DOTENV_KEY = DotenvKey.make("development").reveal();
    const env = { DOTENV_KEY, PATH: [tools, path].join(delimiter) };
    writeFileSync(join(dir, ".env"), "ANTHROPIC_API_KEY=one-4718\n", { mode: 0o600 });
    const { exitCode, all } = await cli(dir, ["dotenv", "encrypt"], { env });
    expect([exitCode, all]).toEqual([0, all]);
    const asked = readFileSync(join(dir, "asked"), "utf8");
    expect(asked).toContain("LC_ALL=C");
    expect(leaks([["git's environment", asked]], { DOTENV_KEY })).toEqual([]);
  }));
