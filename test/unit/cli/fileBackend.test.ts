import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mendFileBackend } from "../../../cli/fileBackend";
import { inTempDir } from "../../fixtures/tempDir";

const state = (run: (url: string, stacks: string) => Promise<void>) =>
  inTempDir(async (folder) => {
    const stacks = join(folder, ".pulumi", "stacks", "project");
    await mkdir(stacks, { recursive: true });
    await run(pathToFileURL(folder).href, stacks);
  });

describe("mendFileBackend", () => {
  test("removes attributes that were cut off, and nothing else", () =>
    state(async (url, stacks) => {
      await writeFile(join(stacks, "dev.json"), "");
      await writeFile(join(stacks, "dev.json.attrs"), "");
      await writeFile(join(stacks, "dev.json.bak.attrs"), '{"user.content_type":"te');
      await writeFile(join(stacks, "prod.json.attrs"), '{"user.content_type":"text/plain"}\n');
      const cut = ["dev.json.attrs", "dev.json.bak.attrs"].map((name) => join(stacks, name));
      expect([...(await mendFileBackend(url))].sort()).toStrictEqual(cut);
      expect((await readdir(stacks)).sort()).toStrictEqual(["dev.json", "prod.json.attrs"]);
      expect(await mendFileBackend(`${url}?no_tmp_dir=true`)).toStrictEqual([]);
    }));

  test.each(["https://api.pulumi.com", "s3://bucket", "azblob://container"])(
    "leaves %s alone",
    async (url) => {
      expect(await mendFileBackend(url)).toStrictEqual([]);
    },
  );
});
