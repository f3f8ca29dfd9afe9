import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitState, requireUncommitted } from "../../../../stores/files/git";
import { inRepository } from "../../../fixtures/gitRepository";
import { inTempDir } from "../../../fixtures/tempDir";

const state = (file: string): Promise<string> => gitState(file, "dotenv");

test("outside of a repository git has no say", () =>
  inTempDir(async (dir) => {
    expect(await state(join(dir, ".env"))).toBe("outside");
  }));

test("a file is ignored, exposed, or tracked whatever is ignored; also below the root", () =>
  inRepository([".env"], async ({ dir, git }) => {
    const sub = join(dir, "a", "b");
    mkdirSync(sub, { recursive: true });
    expect(await state(join(sub, ".env"))).toBe("ignored");
    expect(await state(join(sub, ".env.keys"))).toBe("exposed");
    writeFileSync(join(sub, ".env"), "");
    await git("add", "--force", "a/b/.env");
    expect(await state(join(sub, ".env"))).toBe("tracked");
    writeFileSync(join(dir, ".gitignore"), ".env\n!.env\n");
    expect(await state(join(dir, ".env"))).toBe("exposed");
  }));

test("a link to a folder of a repository is that folder", () =>
  inRepository([], ({ dir }) =>
    inTempDir(async (outside) => {
      mkdirSync(join(dir, "sub"));
      const link = join(outside, "link");
      symlinkSync(join(dir, "sub"), link);
      expect(await state(join(link, ".env"))).toBe("exposed");
      await expect(requireUncommitted(join(link, ".env"), "dotenv")).rejects.toThrow(
        `at the end of ${join(realpathSync(dir), "sub", ".gitignore")}`,
      );
      expect(await state(join(outside, "not there", ".env"))).toBe("outside");
    }),
  ));

test("a hook's own git does not lead it elsewhere", () =>
  inRepository([".env"], ({ dir, git }) =>
    inRepository([], async (other) => {
      writeFileSync(join(dir, ".env"), "");
      await git("add", "--force", ".env");
      process.env["GIT_DIR"] = join(other.dir, ".git");
      try {
        expect(await state(join(dir, ".env"))).toBe("tracked");
      } finally {
        delete process.env["GIT_DIR"];
      }
    }),
  ));

test("where git cannot tell, nobody may write", () =>
  inTempDir(async (dir) => {
    writeFileSync(join(dir, ".git"), "gitdir: nowhere\n");
    await expect(state(join(dir, ".env"))).rejects.toThrow(
      /git cannot tell .*: fatal: .*; nothing was written; fix: install git, or mend what it says/,
    );
  }));

test("without git in a repository nobody may write", () =>
  inRepository([".env"], async ({ dir }) => {
    const path = process.env["PATH"];
    process.env["PATH"] = dir;
    try {
      await expect(state(join(dir, ".env"))).rejects.toThrow("it cannot be started");
    } finally {
      process.env["PATH"] = path;
    }
  }));
