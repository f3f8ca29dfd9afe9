import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import { inTempDir } from "../../fixtures/tempDir";
import { cleanEnv, commandLine } from "../support/command";
import { testWith } from "../support/needs";
import { pythonProgram } from "../support/python";
import { heard, listenTo, startRun, withDotenv } from "./programs";

const all = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH"] as const;

const heardIn = (folder: string): readonly string[] => {
  const file = join(folder, heard);
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
};

/** Until something was heard, and then as long as a second one would take. */
async function hearing(folder: string): Promise<readonly string[]> {
  for (let tries = 0; tries < 200 && heardIn(folder).length === 0; tries++) await sleep(50);
  await sleep(300);
  return heardIn(folder);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("a signal for run alone", () => {
  test.each(all)("%s reaches the command once, which goes on", (signal) =>
    inTempDir(async (cwd) => {
      await withDotenv(cwd);
      const { child, pid } = await startRun(cwd, listenTo(all));
      process.kill(pid, signal);
      expect(await hearing(cwd)).toEqual([signal]);
      child.stdin?.end();
      const { exitCode, stderr } = await child;
      expect({ exitCode, stderr }).toEqual({ exitCode: 7, stderr: "" });
    }),
  );

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)(
    "%s ends a command that does not listen, and run by the same",
    (ending) =>
      inTempDir(async (cwd) => {
        await withDotenv(cwd);
        // Node itself would listen to SIGUSR1.
        const { child, pid, commandPid } = await startRun(cwd, [
          "sh",
          "-c",
          "echo ready $$; exec sleep 60",
        ]);
        process.kill(pid, ending);
        const { signal, stdout, stderr } = await child;
        expect({ signal, stderr }).toEqual({ signal: ending, stderr: "" });
        expect(stdout).not.toContain("debugger");
        expect(isAlive(commandPid)).toBe(false);
      }),
  );

  test("a command that takes its time over SIGTERM has it", () =>
    inTempDir(async (cwd) => {
      await withDotenv(cwd);
      // Longer than the five seconds after which a library would kill it.
      const line = "trap 'sleep 6; exit 9' TERM; echo ready $$; while :; do sleep 0.1; done";
      const { child, pid } = await startRun(cwd, ["sh", "-c", line]);
      process.kill(pid, "SIGTERM");
      expect((await child).exitCode).toBe(9);
    }));
});

describe("what a terminal does", () => {
  const shown = (cwd: string, event: string, command: readonly string[]) =>
    execa("python3", [pythonProgram("terminal_signals")], {
      input: JSON.stringify({ command, cwd, event, env: cleanEnv(cwd) }),
    }).then(({ stdout }) => JSON.parse(stdout) as { screen: string; code: number });
  const atRun = (cwd: string, event: string, listener = listenTo(all)) =>
    shown(cwd, event, [...commandLine, "run", "--", ...listener]);

  test.each([
    ["Ctrl-C", "\u0003", "SIGINT"],
    ["Ctrl-\\", "\u001c", "SIGQUIT"],
    ["another size", "resize", "SIGWINCH"],
  ])("%s reaches the command once", (_, event, signal) =>
    inTempDir(async (cwd) => {
      await withDotenv(cwd);
      const { code } = await atRun(cwd, event);
      expect(heardIn(cwd)).toEqual([signal]);
      expect(code).toBe(7);
    }),
  );

  // A shell as the leader ends, and the kernel tells its job; as the leader run is told alone, and hands it on.
  test.each([
    ["with run as the session's leader", []],
    ["with a shell as the leader", ["sh", "-c", '"$@"; true', "sh"]],
  ])("the end of the connection reaches the command once, %s", (_, shell) =>
    inTempDir(async (cwd) => {
      await withDotenv(cwd);
      const command = [...shell, ...commandLine, "run", "--", ...listenTo(all, { forMs: 4000 })];
      await shown(cwd, "hang up", command);
      expect(await hearing(cwd)).toEqual(["SIGHUP"]);
    }),
  );

  test("Ctrl-C ends a command that does not listen, and run by the same", () =>
    inTempDir(async (cwd) => {
      await withDotenv(cwd);
      const { code } = await atRun(cwd, "\u0003", ["sh", "-c", "echo ready; exec sleep 60"]);
      expect(code).toBe(-2);
    }));

  test("a command has the terminal", () =>
    inTempDir(async (cwd) => {
      await withDotenv(cwd);
      const line =
        'test -t 0 && test -t 1 && test -t 2 && ls -l /proc/$$/fd/0 | grep -c pts; echo "ready"; cat';
      const { screen, code } = await atRun(cwd, "typed\r", ["sh", "-c", line]);
      expect(screen).toMatch(/^1\r\nready\r\ntyped\r\ntyped\r\n/);
      expect(code).toBe(0);
    }));
});

describe("kill -9 of run, which nobody can hand on", () => {
  test("leaves the command as it is", () =>
    inTempDir(async (cwd) => {
      await withDotenv(cwd);
      const { child, pid, commandPid } = await startRun(cwd, [
        "sh",
        "-c",
        "echo ready $$; exec sleep 60 >/dev/null 2>&1",
      ]);
      process.kill(pid, "SIGKILL");
      await child;
      expect(isAlive(commandPid)).toBe(true);
      process.kill(commandPid, "SIGKILL");
    }));

  const setpriv = execa.sync("setpriv", ["--version"], { reject: false }).exitCode === 0;
  testWith(setpriv ? undefined : "setpriv of util-linux: not there")(
    "ends a command that asks the kernel for that, with setpriv",
    () =>
      inTempDir(async (cwd) => {
        await withDotenv(cwd);
        const command = ["sh", "-c", "echo ready $$; exec sleep 60 >/dev/null 2>&1"];
        const asked = ["setpriv", "--pdeathsig", "TERM", "--", ...command];
        const { child, pid, commandPid } = await startRun(cwd, asked);
        process.kill(pid, "SIGKILL");
        await child;
        for (let tries = 0; tries < 100 && isAlive(commandPid); tries++) await sleep(50);
        expect(isAlive(commandPid)).toBe(false);
      }),
  );
});
