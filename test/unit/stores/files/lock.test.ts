import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import { thisProcess } from "../../../../stores/files/processMark";
import { locked, workFolderName } from "../../../../stores/files/lock";
import { inTempDir } from "../../../fixtures/tempDir";

/** A process number that is nobody's. */
const gone = async (): Promise<number> => {
  const child = execa("node", ["-e", ""]);
  await child;
  return child.pid ?? 0;
};

/** A lock as another has left it. */
function left(dir: string, owner: unknown): void {
  mkdirSync(join(dir, workFolderName), { mode: 0o700 });
  writeFileSync(join(dir, workFolderName, "lock"), JSON.stringify(owner));
}

test("one at a time, and nothing is left", () =>
  inTempDir(async (dir) => {
    let inside = 0;
    const one = (): Promise<void> =>
      locked(dir, "dotenv", async () => {
        inside++;
        expect(inside).toBe(1);
        await sleep(2);
        inside--;
      });
    await Promise.all(Array.from({ length: 20 }, one));
    expect(readdirSync(dir)).toEqual([]);
  }));

test("it is given back after a failure", () =>
  inTempDir(async (dir) => {
    const failing = locked(dir, "dotenv", () => Promise.reject(new Error("of the action")));
    await expect(failing).rejects.toThrow("of the action");
    expect(readdirSync(dir)).toEqual([]);
  }));

test("one whose owner is gone is taken over by one of many at once, and its drafts are removed", () =>
  inTempDir(async (dir) => {
    left(dir, { ...thisProcess(), token: "t1", pid: await gone() });
    writeFileSync(join(dir, workFolderName, "x.draft"), "a value");
    let inside = 0;
    const one = (): Promise<void> =>
      locked(dir, "dotenv", async (work) => {
        inside++;
        expect(inside).toBe(1);
        expect(existsSync(join(work, "x.draft"))).toBe(false);
        await sleep(1);
        inside--;
      });
    await Promise.all(Array.from({ length: 20 }, one));
    expect(readdirSync(dir)).toEqual([]);
  }));

test("one that another holds is waited for, and told", () =>
  inTempDir(async (dir) => {
    left(dir, { ...thisProcess(), token: "t" });
    await expect(locked(dir, "dotenv", () => Promise.resolve(1), 60)).rejects.toThrow(
      `is held by process ${String(process.pid)} of ${hostname()}; nothing was written; fix: wait for it, or remove`,
    );
  }));

test("the folder of drafts is private and ignored by git", () =>
  inTempDir((dir) =>
    locked(dir, "dotenv", async (work) => {
      expect(readFileSync(join(work, ".gitignore"), "utf8")).toBe("*\n");
      expect((await execa("stat", ["-c", "%a", work])).stdout).toBe("700");
    }),
  ));

test("a link in its place is refused", () =>
  inTempDir(async (dir) => {
    mkdirSync(join(dir, "elsewhere"));
    symlinkSync("elsewhere", join(dir, workFolderName));
    await expect(locked(dir, "dotenv", () => Promise.resolve(1), 60)).rejects.toThrow(
      "cannot be locked",
    );
  }));

test("one that is open to others is refused", () =>
  inTempDir(async (dir) => {
    mkdirSync(join(dir, workFolderName));
    chmodSync(join(dir, workFolderName), 0o777);
    await expect(locked(dir, "dotenv", () => Promise.resolve(1), 60)).rejects.toThrow(
      /^dotenv: .*sentinel-secrets: is open to other users; nothing was written; fix: remove it/,
    );
    expect(readdirSync(join(dir, workFolderName))).toEqual([]);
  }));

test("another user's is refused", () =>
  inTempDir(async (dir) => {
    mkdirSync(join(dir, workFolderName), { mode: 0o700 });
    const user = jest.spyOn(process, "geteuid").mockReturnValue(65_533);
    try {
      await expect(locked(dir, "dotenv", () => Promise.resolve(1), 60)).rejects.toThrow(
        "belongs to another user; nothing was written",
      );
    } finally {
      user.mockRestore();
    }
  }));

test("a link in it leads nowhere", () =>
  inTempDir(async (dir) => {
    const outside = join(dir, "outside");
    writeFileSync(outside, "of somebody");
    mkdirSync(join(dir, workFolderName), { mode: 0o700 });
    symlinkSync(outside, join(dir, workFolderName, ".gitignore"));
    await locked(dir, "dotenv", () => Promise.resolve(1));
    expect(readFileSync(outside, "utf8")).toBe("of somebody");
    expect(readdirSync(dir)).toEqual(["outside"]);
  }));

test("where the lock was taken as left behind, nothing of the other's is removed, and the work counts", () =>
  inTempDir(async (dir) => {
    const file = join(dir, workFolderName, "lock");
    const work = locked(dir, "dotenv", () => {
      writeFileSync(file, JSON.stringify({ ...thisProcess(), token: "theirs" }));
      return Promise.resolve("done");
    });
    expect(await work).toBe("done");
    expect(readdirSync(join(dir, workFolderName)).sort()).toEqual([".gitignore", "lock"]);
  }));

test("a folder that is not there is told", async () => {
  await expect(locked("/nowhere", "dotenv", () => Promise.resolve(1))).rejects.toThrow(
    "dotenv: /nowhere: cannot be locked: got ENOENT; fix: name a folder that exists",
  );
});
