import { parse } from "dotenv";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepareDotenv } from "../../../../stores/dotenv/init";
import { catalogKeys } from "../../../../stores/places";
import { inRepository } from "../../../fixtures/gitRepository";
import { inTempDir } from "../../../fixtures/tempDir";

const note = (): void => undefined;
const names = catalogKeys.map(({ env }) => env);

test("each key of the catalogue has an explanation and a placeholder, and none is set", () =>
  inTempDir(async (dir) => {
    expect(await prepareDotenv({ dir, note })).toEqual({ added: names, present: [] });
    const text = readFileSync(join(dir, ".env"), "utf8");
    expect(parse(text)).toEqual({});
    for (const name of names) expect(text).toMatch(new RegExp(`^# .+; .+; .+\n# ${name}=$`, "m"));
    expect(statSync(join(dir, ".env")).mode & 0o777).toBe(0o600);
    expect(await prepareDotenv({ dir, note })).toEqual({ added: [], present: names });
    expect(readFileSync(join(dir, ".env"), "utf8")).toBe(text);
  }));

test("a file that is there gets only what it lacks", () =>
  inTempDir(async (dir) => {
    const before = "API_ENV=development\nOPENAI_API_KEY=there\n# SNYK_TOKEN=";
    writeFileSync(join(dir, ".env"), before, { mode: 0o600 });
    const { added, present } = await prepareDotenv({ dir, note });
    expect(present).toEqual(["OPENAI_API_KEY", "SNYK_TOKEN"]);
    expect(added).toEqual(names.filter((name) => !present.includes(name)));
    const text = readFileSync(join(dir, ".env"), "utf8");
    expect(text.startsWith(`${before}\n\n# `)).toBe(true);
    expect(parse(text)).toEqual({ API_ENV: "development", OPENAI_API_KEY: "there" });
  }));

test("nothing is written where git would take it along", () =>
  inRepository([], async ({ dir }) => {
    await expect(prepareDotenv({ dir, note })).rejects.toThrow(
      /add the line `\.env` at the end of/,
    );
    expect(readdirSync(dir).sort()).toEqual([".git", ".gitignore"]);
  }));
