import { catalogKeys } from "../places";
import type { StoreKey } from "../store";
import { appended, hasPlaceholder, timesSet } from "../files/envLines";
import { changing, type FolderOptions } from "../files/folder";
import { dotenvFile } from "./keyStore";

/** What became of the file, by variables. */
export interface Prepared {
  readonly added: readonly string[];
  /** That were there, with a value or as a placeholder. */
  readonly present: readonly string[];
}

/**
 * Writes a `.env` of the catalogue's keys: one line of explanation and a placeholder for each. In a file that is there
 * only what it lacks is added, at its end.
 */
export const prepareDotenv = (options: Omit<FolderOptions, "store">): Promise<Prepared> =>
  changing({ ...options, store: "dotenv" }, async (folder) => {
    await folder.requireUncommitted(dotenvFile);
    const text = folder.read(dotenvFile);
    const isThere = ({ env }: StoreKey): boolean =>
      timesSet(text, env) > 0 || hasPlaceholder(text, env);
    const missing = catalogKeys.filter((key) => !isThere(key));
    const lines = missing.flatMap((key) => ["", explanation(key), `# ${key.env}=`]);
    const start = text === "" ? appended("", header) : text;
    await folder.replace(dotenvFile, appended(start, lines), { isPrivate: true });
    return {
      added: missing.map(({ env }) => env),
      present: catalogKeys.filter(isThere).map(({ env }) => env),
    };
  });

const header = [
  "# Values of this machine alone: never commit this file, and keep it readable by its owner only (0600).",
  "# A placeholder is a comment, because an empty value would count as set.",
  "# Set one with `promptsentinel-secrets secrets put`, which checks its form.",
];

const explanation = ({ vendor, maxAgeDays, readers }: StoreKey): string => {
  const age =
    maxAgeDays === undefined
      ? "never replaced: what is encrypted with it would be lost"
      : `replaced at least every ${String(maxAgeDays)} days`;
  const use = readers.includes("app") ? "for the application" : "for CI and developers";
  return `# ${use}; ${origins[vendor]}; ${age}`;
};

/** Where a key comes from. */
const origins: Readonly<Record<StoreKey["vendor"], string>> = {
  anthropic: "from https://console.anthropic.com/settings/keys",
  openai: "from https://platform.openai.com/api-keys",
  google: "from https://aistudio.google.com/apikey",
  snyk: "from https://app.snyk.io/account",
  self: "made by yourselves, at random",
};
