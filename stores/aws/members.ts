import { refusal } from "./errors";

/** The JSON of a secret: the guide's loader copies every member into the environment, so each has to be a text. */
export type Members = Readonly<Record<string, string>>;

/**
 * What a version holds, of which nothing is quoted when it is something else.
 * @throws StoreError `damaged`
 */
export function membersOf(text: string | undefined, secret: string): Members {
  if (text === undefined) throw damaged(secret, "holds bytes, no JSON");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw damaged(secret, "holds no JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw damaged(secret, "holds JSON that is no object");
  }
  const other = Object.entries(parsed).find(([, value]) => typeof value !== "string");
  if (other) throw damaged(secret, "holds JSON of which a member is no text");
  return parsed as Members;
}

const damaged = (secret: string, what: string) =>
  refusal(
    "damaged",
    `${secret}: ${what}`,
    "put one JSON object there whose members are texts; the version before has the label AWSPREVIOUS",
  );
