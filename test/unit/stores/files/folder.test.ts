import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { changing, readText, type Folder } from "../../../../stores/files/folder";
import { inRepository } from "../../../fixtures/gitRepository";
import { inTempDir } from "../../../fixtures/tempDir";

const notes: string[] = [];
const change = (dir: string, action: (folder: Folder) => Promise<void>): Promise<void> =>
  changing({ dir, store: "dotenv", note: (text) => notes.push(text) }, action);
const replace = (dir: string, text: string, isPrivate = true): Promise<void> =>
  change(dir, async (folder) => {
    folder.read(".env");
    await folder.replace(".env", text, { isPrivate });
  });
const mode = (file: string): number => statSync(file).mode & 0o777;

beforeEach(() => {
  notes.length = 0;
});

test("a new private file is its owner's alone, another is readable", () =>
  inTempDir(async (dir) => {
    await replace(dir, "A=1\n");
    expect(mode(join(dir, ".env"))).toBe(0o600);
    await change(dir, (folder) => folder.replace(".env.vault", "V=1\n", { isPrivate: false }));
    expect(mode(join(dir, ".env.vault"))).toBe(0o644);
    expect(readdirSync(dir).sort()).toEqual([".env", ".env.vault"]);
  }));

test("a private file that others could read is closed, and that is told, even with the same text", () =>
  inTempDir(async (dir) => {
    const file = join(dir, ".env");
    writeFileSync(file, "A=1\n");
    chmodSync(file, 0o644);
    await replace(dir, "A=1\n");
    expect(mode(file)).toBe(0o600);
    expect(notes).toEqual([`${file}: others could read it; only its owner can now`]);
  }));

test.each([
  [0o400, true],
  [0o640, false],
])("a mode is kept: %o", (kept, isPrivate) =>
  inTempDir(async (dir) => {
    const file = join(dir, ".env");
    writeFileSync(file, "A=1\n");
    chmodSync(file, kept);
    await replace(dir, "A=2\n", isPrivate);
    expect(mode(file)).toBe(kept);
    expect(notes).toEqual([]);
  }),
);

test("a link and a folder are refused, and the link's file is as it was", () =>
  inTempDir(async (dir) => {
    writeFileSync(join(dir, "real"), "A=1\n");
    symlinkSync("real", join(dir, ".env"));
    await expect(replace(dir, "A=2\n")).rejects.toThrow(
      /\.env: is a link; nothing was written; fix:/,
    );
    expect(readText(join(dir, ".env"), "dotenv")?.text).toBe("A=1\n");
    mkdirSync(join(dir, "sub", ".env"), { recursive: true });
    await expect(replace(join(dir, "sub"), "A=2\n")).rejects.toThrow(/\.env: is not a file/);
  }));

test("what is not UTF-8 is refused, because it would be written back as something else", () =>
  inTempDir(async (dir) => {
    const bytes = Buffer.from([0x41, 0x3d, 0xff, 0x0a]);
    writeFileSync(join(dir, ".env"), bytes);
    await expect(replace(dir, "A=2\n")).rejects.toThrow(/\.env: is not UTF-8/);
    expect(readFileSync(join(dir, ".env"))).toEqual(bytes);
  }));

test("what another program writes meanwhile is not lost: the change is made anew", () =>
  inTempDir(async (dir) => {
    const file = join(dir, ".env");
    writeFileSync(file, "A=1\n");
    let first = true;
    await change(dir, async (folder) => {
      const text = folder.read(".env");
      if (first) appendFileSync(file, "B=by another\n");
      first = false;
      await folder.replace(".env", `${text}C=3\n`, { isPrivate: true });
    });
    expect(readFileSync(file, "utf8")).toBe("A=1\nB=by another\nC=3\n");
  }));

test("one who writes all the time is told of, and nothing of ours is left", () =>
  inTempDir(async (dir) => {
    const file = join(dir, ".env");
    writeFileSync(file, "A=1\n");
    const busy = change(dir, async (folder) => {
      const text = folder.read(".env");
      appendFileSync(file, "B=2\n");
      await folder.replace(".env", `${text}C=3\n`, { isPrivate: true });
    });
    await expect(busy).rejects.toMatchObject({ kind: "conflict" });
    expect(readFileSync(file, "utf8")).not.toContain("C=3");
    expect(readdirSync(dir)).toEqual([".env"]);
  }));

test("a private file that git tracks is refused before anything is written", () =>
  inRepository([".env"], async ({ dir, git }) => {
    writeFileSync(join(dir, ".env"), "A=1\n");
    await git("add", "--force", ".env");
    await expect(replace(dir, "A=2\n")).rejects.toThrow(
      /\.env: is tracked by git.*; nothing was written; fix: run `git rm --cached \.env` there/,
    );
    expect(readFileSync(join(dir, ".env"), "utf8")).toBe("A=1\n");
  }));

test("a private file that git does not ignore is refused, with the line to add", () =>
  inRepository([".env.*"], async ({ dir }) => {
    await expect(replace(dir, "A=2\n")).rejects.toThrow(
      `.env: is not ignored by git; nothing was written; fix: add the line \`.env\` at the end of ${join(dir, ".gitignore")}`,
    );
    expect(readdirSync(dir).sort()).toEqual([".git", ".gitignore"]);
    appendFileSync(join(dir, ".gitignore"), ".env\n");
    await replace(dir, "A=2\n");
  }));
