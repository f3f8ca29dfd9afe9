import { spawn } from "node:child_process";
import fs, {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { takeFileLock, type HeldLock } from "../../../../stores/files/fileLock";
import { thisProcess } from "../../../../stores/files/processMark";
import { inTempDir } from "../../../fixtures/tempDir";

const take = (file: string, milliseconds = 20_000): Promise<HeldLock> =>
  takeFileLock(file, { store: "keyring", milliseconds, makeFolder: () => undefined });

/** A process that was killed, by its number. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  return child.pid ?? 0;
}

const mark = thisProcess();
const isLinux = process.platform === "linux";
const lockOf = (more: object = {}): string => JSON.stringify({ token: "0011", ...mark, ...more });
const elsewhere = { host: "elsewhere" };
const old = (file: string): void => {
  utimesSync(file, Date.now() / 1000 - 181, Date.now() / 1000 - 181);
};

test("it is held by one at a time, also where many take it from a killed one, and nothing is left", () =>
  inTempDir(async (dir) => {
    const file = join(dir, "lock");
    writeFileSync(file, lockOf({ pid: await deadProcess() }));
    writeFileSync(`${file}.0123456789abcdef.new`, "draft of a killed taker");
    let [inside, most, done] = [0, 0, 0];
    const one = async (): Promise<void> => {
      const lock = await take(file);
      inside += 1;
      most = Math.max(most, inside);
      await sleep(2);
      lock.check();
      inside -= 1;
      done += 1;
      lock.release();
    };
    await Promise.all(Array.from({ length: 25 }, one));
    expect([most, done]).toEqual([1, 25]);
    expect(readdirSync(dir)).toEqual([]);
  }));

test("it is taken where whoever took it from a killed one was killed too", () =>
  inTempDir(async (dir) => {
    const file = join(dir, "lock");
    writeFileSync(file, lockOf({ pid: await deadProcess() }));
    writeFileSync(`${file}.0011`, lockOf({ pid: await deadProcess(), token: "2233" }));
    (await take(file)).release();
    expect(readdirSync(dir)).toEqual([]);
  }));

test("it is left to whoever took it from a killed one in the meantime", () =>
  inTempDir(async (dir) => {
    const [file, claim] = [join(dir, "lock"), join(dir, "lock.0011")];
    writeFileSync(file, lockOf({ pid: await deadProcess() }));
    writeFileSync(claim, lockOf({ ...elsewhere, token: "2233" }));
    const waiting = expect(take(file, 400)).rejects.toThrow("is held by process");
    await sleep(50);
    const theirs = lockOf({ ...elsewhere, token: "4455" });
    // In one step: never is there none.
    writeFileSync(join(dir, "next"), theirs);
    renameSync(join(dir, "next"), file);
    unlinkSync(claim);
    await waiting;
    expect(readFileSync(file, "utf8")).toBe(theirs);
  }));

describe.each([
  ["a living process", lockOf(), false, false],
  ["a living process that began at another time", lockOf({ began: "1" }), isLinux, isLinux],
  ["another machine", lockOf(elsewhere), false, false],
  ["another container, where the number means nothing", lockOf({ space: "pid:[1]" }), false, true],
  ["nobody, as a power cut leaves it", "", false, true],
  ["whoever made it by hand", "by hand", false, true],
  ["a number that is none", lockOf({ pid: 0 }), false, true],
  ["a token that would lead elsewhere", lockOf({ token: "../x" }), false, true],
])("one of %s", (_, content, isTaken, isTakenLater) => {
  test.each([
    ["just now", isTaken],
    ["three minutes ago", isTakenLater],
  ])("made %s", (when, taken) =>
    inTempDir(async (dir) => {
      const file = join(dir, "lock");
      writeFileSync(file, content);
      if (when !== "just now") old(file);
      if (taken) {
        (await take(file, 500)).release();
        expect(existsSync(file)).toBe(false);
      } else {
        await expect(take(file, 60)).rejects.toThrow(
          /^keyring: .*lock: is held by (process \d+ of \S+|a process that left no number); nothing was written; fix: wait for it, or remove this file/,
        );
        expect(readFileSync(file, "utf8")).toBe(content);
      }
    }),
  );
});

test("one that another took as left behind is noticed before the end, and stays his", () =>
  inTempDir(async (dir) => {
    const file = join(dir, "lock");
    const lock = await take(file);
    lock.check();
    writeFileSync(file, lockOf({ token: "4455" }));
    expect(() => {
      lock.check();
    }).toThrow("another process has taken it");
    lock.release();
    expect(readFileSync(file, "utf8")).toBe(lockOf({ token: "4455" }));
  }));

test.each(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"])(
  "a file system without hard links is told: %s",
  (code) =>
    inTempDir(async (dir) => {
      const link = jest.spyOn(fs, "linkSync").mockImplementation(() => {
        throw Object.assign(new Error(code), { code });
      });
      try {
        await expect(take(join(dir, "lock"))).rejects.toThrow(
          `keyring: ${dir}: this file system has no hard links, by which writers wait for each other; fix: use a folder on another`,
        );
      } finally {
        link.mockRestore();
      }
      expect(readdirSync(dir)).toEqual([]);
    }),
);

test("giving it back is never an error", () =>
  inTempDir(async (dir) => {
    const file = join(dir, "lock");
    const lock = await take(file);
    unlinkSync(file);
    lock.release();
    mkdirSync(file);
    lock.release();
    expect(readdirSync(dir)).toEqual(["lock"]);
  }));
