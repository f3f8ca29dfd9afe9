import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { catalog } from "./catalog";
import { UserError } from "./userError";

/** Every problem of a config at once. */
export class ConfigError extends UserError {
  constructor(public readonly problems: readonly string[]) {
    super(
      `the stack's config has ${String(problems.length)} problem${problems.length === 1 ? "" : "s"}; nothing was created\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
  }
}

const maxShown = 60;

const hidden = "a value that looks like a key (not shown)";

/** Whether a text holds something of a key's form, with digits or a vendor's beginning. */
function holdsKey(text: string): boolean {
  // An escape such as `\n` in JSON would otherwise become the beginning of the word after it.
  const words = text.replaceAll(/\\./g, " ").match(/[\w.-]{16,}=?/g) ?? [];
  return words.some(
    (word) =>
      /^(sk-|AIza|AQ\.|hvs\.|s\.)/.test(word) ||
      (/\d/.test(word) && Object.values(catalog).some(({ pattern }) => pattern.test(word))),
  );
}

/** A config value for a message: cut, and hidden where it looks like a key that was pasted into the wrong place. */
export function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  if (holdsKey(text)) return hidden;
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

/** The allowed word that the user most likely meant. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  const [best] = allowed
    .map((candidate) => ({ candidate, off: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(
      ({ candidate, off }) => off <= Math.ceil(candidate.length / 3) || word.startsWith(candidate),
    )
    .sort((a, b) => a.off - b.off);
  return best?.candidate;
}

/** A path for a message. A part can be a name that the user wrote, so it is hidden like a value. */
const at = (path: readonly PropertyKey[]): string =>
  path
    .map(String)
    .map((part) => (holdsKey(part) ? `(${hidden})` : part))
    .join(".") || "config";

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined,
    raw,
  );

/**
 * One problem as path, value, what is allowed and the fix.
 * @param keysAt the names that are allowed at a path, for the nearest one to an unknown name
 */
export function describeIssue(
  issue: z.core.$ZodIssue,
  raw: unknown,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): readonly string[] {
  const got = valueAt(raw, issue.path);
  if (issue.code === "unrecognized_keys") {
    const allowed = keysAt(issue.path);
    return issue.keys.map((key) => {
      const meant = nearest(key, allowed);
      return `${at([...issue.path, key])}: unknown setting; ${allowed.length ? `allowed here: ${allowed.join(", ")}; ` : ""}fix: ${meant === undefined ? "remove it" : `rename it to ${meant}`}`;
    });
  }
  if (issue.code === "invalid_union") {
    const inner = issue.errors.flat().filter(({ path }) => path.length > 0);
    if (inner.length > 0) {
      return inner.flatMap((one) =>
        describeIssue({ ...one, path: [...issue.path, ...one.path] }, raw, keysAt),
      );
    }
  }
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    const meant = typeof got === "string" ? nearest(got, allowed) : undefined;
    return [
      `${at(issue.path)}: got ${shown(got)}; allowed: ${allowed.join(", ")}; fix: ${meant === undefined ? "use one of these" : `use ${meant}`}`,
    ];
  }
  if (got === undefined) {
    return [`${at(issue.path)}: is missing; expected: ${expected(issue)}; fix: add it`];
  }
  return [
    `${at(issue.path)}: got ${shown(got)}; expected: ${expected(issue)}; fix: correct the value`,
  ];
}

const expected = (issue: z.core.$ZodIssue): string =>
  issue.code === "invalid_type"
    ? `${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`
    : issue.message
        .replace(/^Invalid input: expected /, "")
        .replace(/^Too (small|big): expected /, "");
