import { writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { inTempDir } from "../../fixtures/tempDir";
import { runCommand } from "../support/command";
import { withDotenv } from "./programs";

/** What `run` gives back for a command in a folder with all keys. */
const ended = (...command: readonly string[]) =>
  inTempDir(async (cwd) => {
    await withDotenv(cwd);
    await writeFile(join(cwd, "plain"), "");
    return runCommand(["run", "--", ...command], { cwd });
  });

const sh = (line: string) => ["sh", "-c", line];

describe("run ends as its command does", () => {
  test.each([0, 1, 2, 3, 125, 130, 255])("with code %d", async (code) => {
    const { exitCode, stderr } = await ended(...sh(`exit ${String(code)}`));
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: "" });
  });

  test.each(["SIGTERM", "SIGKILL", "SIGINT", "SIGHUP", "SIGUSR1", "SIGABRT", "SIGSEGV"] as const)(
    "by %s",
    async (signal) => {
      const { signal: seen, stderr } = await ended(...sh(`kill -${signal.slice(3)} $$`));
      expect({ seen, stderr }).toEqual({ seen: signal, stderr: "" });
    },
  );

  test("with a shell's code for a signal that Node takes from us", async () => {
    const { exitCode } = await ended(...sh("kill -PIPE $$"));
    expect(exitCode).toBe(128 + constants.signals.SIGPIPE);
  });

  test("and its words, folder and pipes are the command's", async () => {
    const result = await inTempDir(async (cwd) => {
      await withDotenv(cwd);
      const line = 'cat; pwd; printf "%s|" "$@"; echo no >&2';
      const words = ["a b", "--help", "-s", "", "$HOME", "--"];
      const { stdout, stderr } = await runCommand(["run", "--", ...sh(line), "sh", ...words], {
        cwd,
        input: "typed\n",
      });
      return { stdout: stdout.replace(cwd, "folder"), stderr };
    });
    expect(result).toEqual({ stdout: "typed\nfolder\na b|--help|-s||$HOME|--|", stderr: "no" });
  });

  test("also without --, as env(1) has it", async () => {
    const { stdout } = await inTempDir(async (cwd) => {
      await withDotenv(cwd);
      return runCommand(["run", "echo", "--method", "x"], { cwd });
    });
    expect(stdout).toBe("--method x");
  });
});

describe("run itself ends with env(1)'s codes", () => {
  test.each([
    ["127 without such a command", ["no-such-command-here"], 127, "there is no such command"],
    ["126 for a folder", ["/"], 126, "cannot be started (EACCES)"],
    ["126 for what is not executable", ["./plain"], 126, "cannot be started (EACCES)"],
  ])("%s", async (_, command, code, text) => {
    const { exitCode, stderr } = await ended(...command);
    expect({ exitCode, stderr }).toEqual({
      exitCode: code,
      stderr: expect.stringContaining(text) as string,
    });
  });

  test.each([
    ["without a command", ["run"], "missing required argument 'command'"],
    ["for a wrong option", ["run", "--methd", "vault", "--", "true"], "unknown option '--methd'"],
    ["for a wrong method", ["run", "-m", "valt", "--", "true"], "Allowed choices are vault"],
    [
      "for a document that is none",
      ["run", "--file", "none.json", "--", "true"],
      "--file: cannot be read (ENOENT)",
    ],
    ["without keys", ["run", "--", "true"], "ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY"],
  ])("125 %s", async (_, line, text) => {
    const { exitCode, stderr } = await inTempDir((cwd) => runCommand(line, { cwd }));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 125,
      stderr: expect.stringContaining(text) as string,
    });
  });

  test("125 at once where nothing answers", async () => {
    const start = Date.now();
    const { exitCode, stderr } = await inTempDir((cwd) =>
      runCommand(["run", "--method", "vault", "--", "true"], {
        cwd,
        env: { VAULT_ADDR: "http://127.0.0.1:1", VAULT_TOKEN: "t" },
      }),
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 125,
      stderr: expect.stringMatching(
        /^error: vault: http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/,
      ) as string,
    });
    // A refused connection is no reason to wait; the rest is a busy machine's.
    expect(Date.now() - start).toBeLessThan(8_000);
  });
});
