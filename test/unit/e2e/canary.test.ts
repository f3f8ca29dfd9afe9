import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { filesBelow, formsOf, leaks } from "../../e2e/support/canary";
import { inTempDir } from "../../fixtures/tempDir";

/** Every sign that some encoding changes. */
const value = 'canary-"<&>/+ %é-7d1f~?=\\';
const around = (offset: number): string => "xyz".slice(0, offset) + value + " and more";

describe("the canary's eyes", () => {
  test.each([
    ["plain", value],
    ...[0, 1, 2].map((n) => [`base64 at ${String(n)}`, Buffer.from(around(n)).toString("base64")]),
    ...[0, 1, 2].map((n) => [
      `base64url at ${String(n)}`,
      Buffer.from(around(n)).toString("base64url"),
    ]),
    ["hex", Buffer.from(around(1)).toString("hex")],
    ["hex, upper case", Buffer.from(around(1)).toString("hex").toUpperCase()],
    ["url", encodeURIComponent(around(1))],
    ["url form", new URLSearchParams({ a: around(1) }).toString()],
    ["json", JSON.stringify({ a: around(1) })],
    ["json in json", JSON.stringify(JSON.stringify({ a: around(1) }))],
    ["json by Go", '"canary-\\"\\u003c\\u0026\\u003e/+ %é-7d1f~?=\\\\"'],
    ["json in ascii", '"canary-\\"<&>/+ %\\u00e9-7d1f~?=\\\\"'],
  ])("see it as %s", (_, text) => {
    expect(leaks([["a place", `before ${text} after`]], { key: value })).toHaveLength(1);
  });

  test("see it in gzip, and name the place, the value's name and the form, not the value", () => {
    const [found] = leaks([["a.gz", gzipSync(value)]], { key: value });
    expect(found).toBe("a.gz: key as plain");
  });

  test("see it in gzip that is cut off, and where something only looks like gzip", () => {
    const cutOff = gzipSync(`${value} and more`).subarray(0, -9);
    const lookalike = Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.from(value)]);
    for (const content of [cutOff, lookalike]) {
      expect(leaks([["a.gz", content]], { key: value })).toHaveLength(1);
    }
  });

  test("see nothing where nothing is, and no form is so short that it is everywhere", () => {
    expect(leaks([["a place", "sha256:9f86d081 and ordinary words"]], { key: value })).toEqual([]);
    for (const form of Object.values(formsOf(value)))
      expect(form.length).toBeGreaterThanOrEqual(value.length);
  });

  test("look into every file of a folder, hidden ones too", async () => {
    await inTempDir(async (dir) => {
      await writeFile(join(dir, ".hidden"), value);
      expect(leaks(await filesBelow(dir), { key: value })).toEqual([".hidden: key as plain"]);
    });
  });
});
