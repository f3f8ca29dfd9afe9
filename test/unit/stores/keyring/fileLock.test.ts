import { spawn } from "node:child_process";
import { readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withFileLock } from "../../../../stores/keyring/fileLock";
import { inTempDir } from "../../../fixtures/tempDir";

const busy = () => new Error("busy");

/** A process that was killed, by its number. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  return child.pid ?? 0;
}

const lockOf = (pid: number, more = {}) =>
  JSON.stringify({ token: "0011", pid, host: hostname(), began: "0", ...more });

describe("a lock that is a file", () => {
  test("is held by one at a time, also where many take it from a killed one", () =>
    inTempDir(async (dir) => {
      const file = join(dir, "lock");
      await writeFile(file, lockOf(await deadProcess()));
      let [inside, most, done] = [0, 0, 0];
      await Promise.all(
        Array.from({ length: 25 }, () =>
          withFileLock(file, 20, busy, async () => {
            inside += 1;
            most = Math.max(most, inside);
            await sleep(2);
            inside -= 1;
            done += 1;
          }),
        ),
      );
      expect([most, done]).toEqual([1, 25]);
      expect(await readdir(dir)).toEqual([]);
    }));

  test("is taken where whoever took it from a killed one was killed too", () =>
    inTempDir(async (dir) => {
      const [first, second] = [await deadProcess(), await deadProcess()];
      await writeFile(join(dir, "lock"), lockOf(first));
      await writeFile(join(dir, "lock.0011"), lockOf(second, { token: "2233" }));
      expect(await withFileLock(join(dir, "lock"), 5, busy, () => "done")).toBe("done");
      expect(await readdir(dir)).toEqual([]);
    }));

  test("is left to whoever took it from a killed one in the meantime", () =>
    inTempDir(async (dir) => {
      const [file, taking] = [join(dir, "lock"), join(dir, "lock.0011")];
      await writeFile(file, lockOf(await deadProcess()));
      await writeFile(taking, lockOf(1, { host: "elsewhere" }));
      const waiting = withFileLock(file, 0.5, busy, () => "taken");
      const ended = expect(waiting).rejects.toThrow("busy");
      const theirs = lockOf(1, { host: "elsewhere", token: "4455" });
      await writeFile(file, theirs);
      await unlink(taking);
      await ended;
      expect(await readFile(file, "utf8")).toBe(theirs);
    }));

  test.each([
    [
      "of a living process",
      lockOf(process.ppid, { began: undefined }),
      process.platform !== "linux",
    ],
    ["of another host", lockOf(1, { host: "elsewhere" }), true],
    ["of which nothing is known", "by hand", true],
  ])("is waited for, and not for ever: %s", (_, content, kept) =>
    inTempDir(async (dir) => {
      const file = join(dir, "lock");
      await writeFile(file, content);
      const waiting = withFileLock(file, 0.1, busy, () => "taken");
      // On Linux a process that began at another time is another one, with the same number.
      await (kept
        ? expect(waiting).rejects.toThrow("busy")
        : expect(waiting).resolves.toBe("taken"));
      if (kept) expect(await readFile(file, "utf8")).toBe(content);
    }),
  );

  test("is given back when the work fails", () =>
    inTempDir(async (dir) => {
      const file = join(dir, "lock");
      const failing = withFileLock(file, 1, busy, () => {
        throw new Error("work");
      });
      await expect(failing).rejects.toThrow("work");
      expect(await readdir(dir)).toEqual([]);
    }));
});
