import {
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
  mkdirSync(join(dir, workFolderName));
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
    left(dir, { token: "t1", pid: await gone(), host: hostname() });
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

test("one that was removing a dead lock and died too stops nobody", () =>
  inTempDir(async (dir) => {
    const pid = await gone();
    left(dir, { token: "t1", pid, host: hostname() });
    const claim = { token: "t2", pid, host: hostname() };
    writeFileSync(join(dir, workFolderName, "claim.t1"), JSON.stringify(claim));
    await expect(locked(dir, "dotenv", () => Promise.resolve(1), 500)).resolves.toBe(1);
  }));

test("one that the machine's end left empty stops nobody", () =>
  inTempDir(async (dir) => {
    mkdirSync(join(dir, workFolderName));
    writeFileSync(join(dir, workFolderName, "lock"), "");
    await expect(locked(dir, "dotenv", () => Promise.resolve(1), 500)).resolves.toBe(1);
  }));

test.each([
  ["this machine", { token: "t", pid: process.pid, host: hostname() }],
  ["another machine, which nobody can ask", { token: "t", pid: 1, host: "elsewhere" }],
])("one of %s is waited for, and told", (_, owner) =>
  inTempDir(async (dir) => {
    left(dir, owner);
    await expect(locked(dir, "dotenv", () => Promise.resolve(1), 60)).rejects.toThrow(
      new RegExp(
        `is held by process ${String(owner.pid)} of ${owner.host}; fix: wait for it, or remove`,
      ),
    );
  }),
);

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

test("a folder that is not there is told", async () => {
  await expect(locked("/nowhere", "dotenv", () => Promise.resolve(1))).rejects.toThrow(
    "dotenv: /nowhere: cannot be locked: got ENOENT; fix: name a folder that exists",
  );
});
