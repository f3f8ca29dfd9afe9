import { join } from "node:path";
import { prepareDotenv } from "../../stores/dotenv/init";
import { dotenvFile } from "../../stores/dotenv/keyStore";
import type { DotenvOptions } from "../definitions/dotenv";
import { dotenvFolder } from "../dotenvFolder";
import { result } from "../output";

/** Writes a `.env` with a placeholder for each key of the catalogue, or adds those that it lacks. */
export async function init({ path, json }: DotenvOptions): Promise<void> {
  const folder = dotenvFolder(path);
  const file = join(folder.dir, dotenvFile);
  const prepared = await prepareDotenv(folder);
  const { added, present } = prepared;
  const text =
    added.length === 0
      ? [`${file}: has all keys already; it is as it was`]
      : [
          `${file}: ${present.length === 0 ? "written" : "added to"}`,
          ...added.map((name) => `  ${name}`),
          "next: promptsentinel-secrets secrets put <key> --to dotenv",
        ];
  result({ file, ...prepared }, text.join("\n"), json);
}
