import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { inTempDir } from "../../fixtures/tempDir";
import { cleanEnv, commandLine, runCommand } from "../support/command";
import { filesBelow, leaks } from "../support/canary";
import { testWith } from "../support/needs";
import { ofApp, startRun, withDotenv } from "./programs";

const waiting = ["sh", "-c", "echo ready $$; exec cat"];

const pattern =
  process.platform === "linux" ? readFileSync("/proc/sys/kernel/core_pattern", "utf8") : "";
const cores =
  process.platform !== "linux"
    ? "core dumps are looked at on Linux"
    : /[|/]/.test(pattern)
      ? `core dumps go to ${pattern.trim()} here, not to the folder; \`sysctl kernel.core_pattern=core\``
      : undefined;

describe("run", () => {
  test("writes no file: what tsx and Node keep of programs aside, all is as it was, and no value is in that", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      const temporary = join(cwd, "tmp");
      await mkdir(temporary);
      const before = await filesBelow(cwd);
      const { exitCode } = await runCommand(["run", "--", "true"], {
        ...{ cwd, env: { TMPDIR: temporary } },
      });
      expect(exitCode).toBe(0);
      const after = await filesBelow(cwd);
      const kept = ([name]: readonly [string, unknown]) =>
        /^tmp\/(tsx-|node-compile-cache\/)/.test(name);
      expect(after.filter((file) => !kept(file))).toEqual(before);
      expect(leaks(after.filter(kept), values)).toEqual([]);
    }));

  test("has no value in its arguments or its own environment; its command has them in the latter", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      const { child, pid, commandPid } = await startRun(cwd, waiting);
      const of = async (process: number, file: string) =>
        [file, await readFile(`/proc/${String(process)}/${file}`)] as const;
      try {
        const own = [await of(pid, "cmdline"), await of(pid, "environ")];
        expect(leaks([...own, await of(commandPid, "cmdline")], values)).toEqual([]);
        expect(leaks([await of(commandPid, "environ")], values)).toHaveLength(
          Object.keys(ofApp(values)).length,
        );
      } finally {
        child.stdin?.end();
        await child;
      }
    }));

  testWith(cores)("and its command leave core dumps that hold no value", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      const { child, pid, commandPid } = await startRun(cwd, [
        "sh",
        "-c",
        // No memory of the command's, and as much of a dump as there is.
        "echo ready $$; ulimit -c unlimited; cat; kill -ABRT $$",
      ]);
      await execa("prlimit", ["--core=unlimited", "--pid", String(pid)]);
      for (const process of [pid, commandPid]) {
        const filter = await readFile(`/proc/${String(process)}/coredump_filter`, "utf8");
        expect(Number.parseInt(filter, 16)).toBe(0);
      }
      child.stdin?.end();
      // It ends as its command does: both dump.
      expect((await child).signal).toBe("SIGABRT");
      const dumps = (await readdir(cwd)).filter((name) => name.startsWith("core"));
      expect(dumps).not.toEqual([]);
      for (const dump of dumps) {
        const content = await readFile(join(cwd, dump));
        expect(content.subarray(0, 4).toString("latin1")).toBe("\u007fELF");
        expect(leaks([[dump, content]], values)).toEqual([]);
      }
    }),
  );

  testWith(cores)("aborted itself, leaves one that holds none either", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      const { child, pid } = await startRun(cwd, waiting);
      await execa("prlimit", ["--core=unlimited", "--pid", String(pid)]);
      process.kill(pid, "SIGABRT");
      child.stdin?.end();
      await child;
      const dumps = (await readdir(cwd)).filter((name) => name.startsWith("core"));
      expect(dumps).toHaveLength(1);
      const content = await readFile(join(cwd, dumps[0] ?? ""));
      expect(leaks([["core", content]], values)).toEqual([]);
    }),
  );

  test("opens no debugger's port on SIGUSR1, while it waits for a store either", () =>
    inTempDir(async (cwd) => {
      // Of a document that never comes.
      const child = execa(commandLine[0], [commandLine[1], "run", "--file", "-", "--", "true"], {
        ...{ cwd, env: cleanEnv(cwd), extendEnv: false, reject: false, stdin: "pipe" },
      });
      const { pid } = child;
      if (pid === undefined) throw new Error("it has no process");
      // Listens as soon as it has begun: SigCgt has the bit of signal 10, and Node's own first answer has it too.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      process.kill(pid, "SIGUSR1");
      const { signal, stderr } = await child;
      expect({ signal, stderr }).toEqual({ signal: "SIGUSR1", stderr: "" });
    }));
});
