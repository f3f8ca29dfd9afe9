import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { inTempDir } from "../../fixtures/tempDir";
import { filesBelow, leaks, type Seen } from "../support/canary";
import { cleanEnv, commandLine, runCommand } from "../support/command";
import { startKvServer, type KvServer } from "../support/kvServer";
import { watchProcesses } from "../support/processes";
import {
  atTerminal,
  ctrlC,
  ctrlD,
  cursorShown,
  enter,
  type Shown,
  type Step,
} from "../support/terminal";
import { newValues } from "./values";

const asked = "not shown as you type";

const typed = (
  cwd: string,
  steps: readonly Step[],
  line: readonly string[],
  more: { env?: Record<string, string>; stdout?: "pipe" } = {},
): Promise<Shown> =>
  atTerminal({
    command: [...commandLine, "secrets", "put", ...line],
    ...{ cwd, steps },
    ...(more.stdout && { stdout: more.stdout }),
    env: { ...cleanEnv(cwd), TERM: "xterm-256color", ...more.env },
  });

const fileOf = (cwd: string): Promise<string> => readFile(join(cwd, ".env"), "utf8");

describe("put at a terminal", () => {
  test("writes what is typed, which is neither shown nor counted", async () => {
    await inTempDir(async (cwd) => {
      const { anthropic } = newValues();
      const {
        screen,
        stdout,
        code,
        restored,
        arguments: args,
      } = await typed(
        cwd,
        [{ await: asked, type: `${anthropic}${enter}` }],
        ["anthropic", "--to", "dotenv"],
        { stdout: "pipe" },
      );
      expect([code, restored]).toStrictEqual([0, true]);
      expect(await fileOf(cwd)).toBe(`ANTHROPIC_API_KEY=${anthropic}\n`);
      expect(stdout).toMatch(/^dotenv: ANTHROPIC_API_KEY is written, fingerprint [0-9a-f]{12}\n$/);
      expect(
        leaks(
          [
            ["the screen", screen],
            ["arguments", args],
          ],
          { anthropic },
        ),
      ).toStrictEqual([]);
      expect(screen).not.toContain(anthropic.slice(0, 8));
      expect(screen).not.toContain("*");
      expect((await stat(join(cwd, ".env"))).mode & 0o777).toBe(0o600);
    });
  });

  test.each<[string, Step]>([
    ["Ctrl-C", { await: asked, type: `sk-ant-half${ctrlC}` }],
    ["Ctrl-D", { await: asked, type: ctrlD }],
    ["SIGTERM", { await: asked, signal: "SIGTERM" }],
    ["SIGHUP", { await: asked, signal: "SIGHUP" }],
    ["SIGINT of another process", { await: asked, signal: "SIGINT" }],
  ])(
    "stopped by %s writes nothing, ends with 130 and leaves the terminal as it was",
    async (_, step) => {
      await inTempDir(async (cwd) => {
        const shown = await typed(cwd, [step], ["anthropic", "--to", "dotenv"]);
        expect(shown).toMatchObject({ code: 130, restored: true, left: [] });
        expect(shown.screen).toContain("error: stopped while it asked; nothing was written");
        expect(shown.screen).toContain(cursorShown);
        expect(shown.screen).not.toContain("half");
        expect(await readdir(cwd)).not.toContain(".env");
      });
    },
  );

  test("uses no colour, and no key shows what was typed", async () => {
    await inTempDir(async (cwd) => {
      const ctrlT = "\u0014";
      const { screen } = await typed(
        cwd,
        [{ await: asked, type: `sk-ant-seen${ctrlT}x${ctrlC}` }],
        ["anthropic", "--to", "dotenv"],
        { env: { NO_COLOR: "1" } },
      );
      expect(screen).not.toMatch(/\u001b\[[\d;]*m/);
      expect(screen).not.toContain("seen");
    });
  });

  test("asks for each missing key, and leaves out what is left empty", async () => {
    await inTempDir(async (cwd) => {
      const values = newValues();
      await writeFile(join(cwd, ".env"), `OPENAI_API_KEY=${values.openai}\n`, { mode: 0o600 });
      const skip = ["GEMINI_API_KEY", "SNYK_TOKEN", "REDIS_PASSWORD", "GDPR_MASTER_KEY"];
      const { code, stdout, screen } = await typed(
        cwd,
        [
          { await: "ANTHROPIC_API_KEY for dotenv", type: `sk-ant-short${enter}` },
          { await: "has not the form of this key", type: "" },
          { await: "ANTHROPIC_API_KEY for dotenv", type: `${values.anthropic}${enter}` },
          ...skip.map((name) => ({ await: `${name} for dotenv`, type: enter })),
        ],
        ["--missing", "--to", "dotenv", "--json"],
        { stdout: "pipe" },
      );
      expect(code).toBe(0);
      expect(screen).not.toContain("OPENAI_API_KEY for dotenv");
      expect(await fileOf(cwd)).toBe(
        `OPENAI_API_KEY=${values.openai}\nANTHROPIC_API_KEY=${values.anthropic}\n`,
      );
      expect(
        leaks(
          [
            ["screen", screen],
            ["stdout", stdout],
          ],
          values,
        ),
      ).toStrictEqual([]);
    });
  });
});

describe("put from a pipe, on a real OpenBao", () => {
  let server: KvServer;
  beforeAll(async () => {
    server = await startKvServer();
  });
  afterAll(() => server.stop());

  const path = "secret/data/promptsentinel/api_keys";
  const put = (cwd: string, input: string, ...line: string[]) =>
    runCommand(["secrets", "put", ...line], { cwd, input, env: server.env });

  test("writes once, leaves it with 3, writes anew with --rotate, and the old one stays readable", async () => {
    await inTempDir(async (cwd) => {
      const [first, second] = [newValues(), newValues()];
      const watch = watchProcesses({ first: first.openai, second: second.openai });
      const said: Seen[] = [];
      const heard = async (child: execa.ExecaChildProcess) => {
        const { exitCode, stdout, stderr } = await child;
        said.push(["stdout", stdout], ["stderr", stderr]);
        return exitCode;
      };
      const line = ["openai", "--to", "vault", "--stdin"];
      expect(await heard(put(cwd, `${first.openai}\n`, ...line))).toBe(0);
      expect(await heard(put(cwd, second.openai, ...line))).toBe(3);
      expect(await server.fields(path)).toStrictEqual({ openai: first.openai });
      expect(await heard(put(cwd, second.openai, ...line, "--rotate", "--json"))).toBe(0);
      expect(await server.fields(path)).toStrictEqual({ openai: second.openai });
      expect(await server.fields(path, 1)).toStrictEqual({ openai: first.openai });

      const seen = [...said, ...(await filesBelow(cwd))];
      expect(seen.map(([where]) => where)).toContainEqual(
        expect.stringContaining("fingerprint.key") as string,
      );
      expect(leaks(seen, { first: first.openai, second: second.openai })).toStrictEqual([]);
      expect(watch.stop()).toStrictEqual([]);
    });
  });

  test("of another form, or where nobody can be asked, writes nothing", async () => {
    await inTempDir(async (cwd) => {
      const bad = await put(cwd, "sk-ant-canary!", "gemini", "--to", "vault", "--stdin");
      expect(bad.exitCode).toBe(2);
      expect(bad.stderr).toMatch(/^error: GEMINI_API_KEY: the value has not the form of this key/);
      const none = await put(cwd, "", "gemini", "--to", "vault");
      expect(none.exitCode).toBe(2);
      expect(none.stderr).toContain("there is no terminal to ask at; fix: give it by --stdin");
      expect(bad.stderr + none.stderr).not.toContain("canary");
      expect((await server.fields(path))?.["gemini"]).toBeUndefined();
    });
  });

  test("takes a value from a descriptor", async () => {
    await inTempDir(async (cwd) => {
      const { gemini } = newValues();
      const line = [...commandLine, "secrets", "put", "gemini", "--to", "vault", "--fd", "3"];
      const shell = ["-c", '"$@" 3< <(cat)', "bash", ...line];
      const env = { ...cleanEnv(cwd), ...server.env };
      const { exitCode } = await execa("bash", shell, {
        ...{ cwd, env, input: gemini, extendEnv: false, reject: false },
      });
      expect(exitCode).toBe(0);
      expect((await server.fields(path))?.["gemini"]).toBe(gemini);
      const closed = await put(cwd, "", "gemini", "--to", "vault", "--fd", "99");
      expect([closed.exitCode, closed.stderr]).toStrictEqual([
        2,
        expect.stringContaining("file descriptor 99 cannot be read (EBADF)"),
      ]);
    });
  });

  test("with a token that is none says so, with a store that is not there too", async () => {
    await inTempDir(async (cwd) => {
      const { anthropic } = newValues();
      const line = ["secrets", "put", "anthropic", "--to", "vault", "--stdin"];
      for (const env of [
        { ...server.env, VAULT_TOKEN: "none" },
        { ...server.env, VAULT_ADDR: "http://127.0.0.1:9" },
      ]) {
        const { exitCode, stderr } = await runCommand(line, { cwd, env, input: anthropic });
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(/error: vault: .+; fix: /);
        expect(leaks([["stderr", stderr]], { anthropic })).toStrictEqual([]);
      }
    });
  });
});
