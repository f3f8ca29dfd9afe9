import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "../../../../stores/dotenv/keyStore";
import { SecretValue } from "../../../../stores/secretValue";
import type { KeyStore } from "../../../../stores/store";
import { keyPlace } from "../../../fixtures/keyPlace";
import { inTempDir } from "../../../fixtures/tempDir";

const value = "sk-ant-unit-dotenv-4711.a_b=";
const place = keyPlace("dotenv", "ANTHROPIC_API_KEY");
const notes: string[] = [];

const withStore = (
  text: string | undefined,
  run: (store: KeyStore, file: string) => Promise<void>,
): Promise<void> =>
  inTempDir(async (dir) => {
    const file = join(dir, ".env");
    if (text !== undefined) writeFileSync(file, text, { mode: 0o600 });
    await run(open({ env: {}, dir, note: (note) => notes.push(note) }), file);
  });

test("the first value is written, the second is not, a new one takes its place", () =>
  withStore(undefined, async (store, file) => {
    expect(await store.describe(place)).toEqual({ present: false });
    expect(await store.read(place)).toBeUndefined();
    expect(await store.putIfAbsent(place, new SecretValue(value))).toEqual({ outcome: "written" });
    expect(await store.putIfAbsent(place, new SecretValue("other"))).toEqual({
      outcome: "present",
    });
    expect((await store.read(place))?.reveal()).toBe(value);
    expect(await store.describe(place)).toEqual({
      present: true,
      writtenAt: statSync(file).mtime,
    });
    expect(await store.putNew(place, new SecretValue("new"))).toEqual({ outcome: "written" });
    expect(readFileSync(file, "utf8")).toBe("ANTHROPIC_API_KEY=new\n");
  }));

test("an empty value is none, and a placeholder is a place for one", () =>
  withStore("# why\n# ANTHROPIC_API_KEY=\nOPENAI_API_KEY=\n", async (store, file) => {
    const other = keyPlace("dotenv", "OPENAI_API_KEY");
    expect(await store.describe(other)).toEqual({ present: false });
    expect(await store.putIfAbsent(place, new SecretValue("a"))).toEqual({ outcome: "written" });
    expect(await store.putIfAbsent(other, new SecretValue("b"))).toEqual({ outcome: "written" });
    expect(readFileSync(file, "utf8")).toBe("# why\nANTHROPIC_API_KEY=a\nOPENAI_API_KEY=b\n");
  }));

test("clearing leaves a placeholder, and what is not there as it is", () =>
  withStore("A=1\nANTHROPIC_API_KEY=a\n", async (store, file) => {
    await store.clear?.(place);
    await store.clear?.(keyPlace("dotenv", "SNYK_TOKEN"));
    expect(readFileSync(file, "utf8")).toBe("A=1\n# ANTHROPIC_API_KEY=\n");
  }));

test("a name that was there twice is told", () =>
  withStore("ANTHROPIC_API_KEY=a\nANTHROPIC_API_KEY=b\n", async (store, file) => {
    notes.length = 0;
    expect((await store.read(place))?.reveal()).toBe("b");
    await store.putNew(place, new SecretValue("c"));
    expect(readFileSync(file, "utf8")).toBe("ANTHROPIC_API_KEY=c\n");
    expect(notes).toEqual([`${file}: ANTHROPIC_API_KEY was there 2 times; it is there once now`]);
  }));

test("a file of dotenvx is neither read for its ciphertext nor written to", () =>
  withStore('DOTENV_PUBLIC_KEY="02"\nANTHROPIC_API_KEY=encrypted:abc\n', async (store, file) => {
    const before = readFileSync(file, "utf8");
    await expect(store.read(place)).rejects.toThrow(
      "dotenv: ANTHROPIC_API_KEY: is encrypted by dotenvx; fix: name the store dotenvx in place of dotenv",
    );
    await expect(store.putNew(place, new SecretValue(value))).rejects.toThrow(
      "has a public key of dotenvx, so no value goes into it in the clear; nothing was written",
    );
    expect(readFileSync(file, "utf8")).toBe(before);
  }));

test("a value that readers would take differently is refused, and not told", () =>
  withStore("A=1\n", async (store, file) => {
    const refused = store.putNew(place, new SecretValue("it's ${HOME}"));
    await expect(refused).rejects.toThrow("ANTHROPIC_API_KEY: the value has a quote");
    await expect(refused).rejects.not.toThrow("it's");
    expect(readFileSync(file, "utf8")).toBe("A=1\n");
  }));
