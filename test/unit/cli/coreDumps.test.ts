import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { forbidCoreDumps } from "../../../cli/coreDumps";
import { inTempDir } from "../../fixtures/tempDir";

const onLinux = process.platform === "linux" ? test : test.skip;

describe("core dumps", () => {
  onLinux("are told to hold no memory, by the kernel's switch", () =>
    inTempDir(async (folder) => {
      const file = join(folder, "coredump_filter");
      await writeFile(file, "00000033\n");

      expect(forbidCoreDumps(file)).toBe(true);

      expect(Number.parseInt(await readFile(file, "utf8"), 16)).toBe(0);
    }),
  );

  test("of a kernel without that switch are as they were, and no file is made", () =>
    inTempDir((folder) => {
      const file = join(folder, "coredump_filter");

      expect(forbidCoreDumps(file)).toBe(false);

      expect(existsSync(file)).toBe(false);
      return Promise.resolve();
    }));
});
