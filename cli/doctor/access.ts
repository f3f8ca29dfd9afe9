import type { Check, Checks } from "./check";
import type { Presence } from "./keys";

/**
 * What the caller may, told from harmless calls: whose keys it could look at, and which were refused. A store that has
 * no list of what somebody may is asked no other way.
 */
export function accessOf(say: Checks, keys: readonly Presence[], fix: string): Check {
  const refused = keys.filter(({ check }) => check.status === "not visible to you");
  const seen = keys.filter(({ check }) => !refused.some((one) => one.check === check));
  const names = (some: readonly Presence[]): string =>
    some.map(({ place }) => place.key.env).join(", ");
  if (keys.length > 0 && seen.length === 0) {
    return say.failed("policy", "this identity may look at none of the keys", fix);
  }
  return say.ok(
    "policy",
    `looks at ${names(seen)}${refused.length > 0 ? `; is refused ${names(refused)}` : ""}`,
  );
}
