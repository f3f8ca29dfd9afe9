import { catalogKeys } from "../../stores/places";
import { isPlaceholder } from "./placeholder";

/** Something of a key's form in a text. */
export interface FormMatch {
  /** Where it begins. */
  readonly at: number;
  /** The key's variable. */
  readonly key: string;
}

/** Before and after a key is no character of one, unless of an escape: the middle of a longer word is no key. */
const whole = (body: string): RegExp =>
  new RegExp(`(?:(?<![\\w.-])|(?<=\\\\[nrt]))${body}(?![\\w-])`, "g");

/**
 * The beginnings that vendors give their keys, and what opens this project's encrypted files. A form without one, such
 * as 32 characters of anything, is every hash and every id, so it counts only where the key's variable is named.
 */
const beginnings: readonly (readonly [key: string, pattern: RegExp, hint: RegExp])[] = [
  ["ANTHROPIC_API_KEY", whole("sk-ant-[\\w-]{14,}"), /sk-ant-/],
  ["OPENAI_API_KEY", whole("sk-(?!ant-)[\\w-]{38,}"), /sk-/],
  // https://docs.cloud.google.com/docs/authentication/api-keys: 39 characters; the newer form has a dot.
  ["GEMINI_API_KEY", whole("(?:AIza[\\w-]{35}|AQ\\.[\\w-]{20,})"), /AIza|AQ\./],
  // https://docs.snyk.io/snyk-api/authentication-for-api: personal and service account tokens.
  ["SNYK_TOKEN", whole("snyk_[us]at\\.[\\da-f]{8}\\.[\\w-]{10,}\\.[\\w-]{10,}"), /snyk_/],
  ["DOTENV_KEY", whole("dotenv:\\/\\/:key_[\\da-f]{64}"), /dotenv:/],
  [
    "DOTENV_PRIVATE_KEY",
    /DOTENV_PRIVATE_KEY\w*["']?\s*[=:]\s*["']?[\da-f]{64}(?!\w)/g,
    /DOTENV_PRIVATE_KEY/,
  ],
];

const variables = new RegExp(catalogKeys.map(({ env }) => env).join("|"));

/** `NAME=value`, `NAME: "value"`, `"NAME": "value"`, `env["NAME"] = "value"`. */
const assignment = new RegExp(
  `(?<!\\w)(${variables.source})["']?\\]?[ \\t]*(?::=|=>|=|:)[ \\t]*["']?([\\w.+/=-]{12,})(?=["'\\s,;}]|$)`,
  "g",
);

/** Whatever has a key's form in a text, and stands for no key elsewhere. */
export function formsIn(text: string): readonly FormMatch[] {
  const found = new Map<number, FormMatch>();
  for (const [key, pattern, hint] of beginnings) {
    // To look for a word takes a tenth of the time.
    if (!hint.test(text)) continue;
    for (const match of text.matchAll(pattern)) {
      if (isVendors(match[0])) found.set(match.index, { at: match.index, key });
    }
  }
  for (const match of variables.test(text) ? text.matchAll(assignment) : []) {
    const [all, key = "", value = ""] = match;
    const at = match.index + all.lastIndexOf(value);
    if (!found.has(at) && isKey(key, value)) found.set(at, { at, key });
  }
  return [...found.values()].sort((one, other) => one.at - other.at);
}

/** After a vendor's beginning a random text may have no digit, once in some hundred; names and classes of CSS are of one case. */
const isVendors = (text: string): boolean =>
  !isPlaceholder(text) &&
  (/\d/.test(text) || [/[a-z]/g, /[A-Z]/g].every((one) => (text.match(one) ?? []).length >= many));

/** Letters of each case. */
const many = 6;

/** A key is random: it has a digit, and is no placeholder. Names and sentences have none. */
const isRandom = (text: string): boolean => /\d/.test(text) && !isPlaceholder(text);

/** `settings.gemini.v2_key`, `process.env.NAME`: no vendor's beginning is like it but those that are looked for. */
const reference = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;

/** As it is, or in the base64 of a Secret's manifest. */
function isKey(env: string, value: string): boolean {
  const key = catalogKeys.find((one) => one.env === env);
  if (key === undefined) return false;
  // It would have been found by its beginning.
  if (reference.test(value)) return false;
  const decoded = Buffer.from(value, "base64").toString("latin1");
  return [value, decoded].some((text) => key.pattern.test(text) && isRandom(text));
}
