import type { PlatformWiring } from "../../../infra/wiring/document";
import type { Stage } from "./comparison";

/** What is wrong where both deployments have a key in one and the same place, by their documents; one line a key. */
export function samePlaces([ours, theirs]: readonly [Stage, Stage]): readonly string[] {
  return Object.entries(ours.wiring.platforms).flatMap(([name, platform]) => {
    const other = theirs.wiring.platforms[name];
    if (other === undefined) return [];
    return Object.entries(platform.references).flatMap(([key, { locator }]) => {
      const there = other.references[key];
      const same =
        there !== undefined && addressOf(platform, locator) === addressOf(other, there.locator);
      return same
        ? [
            `${key}: ${ours.label} and ${theirs.label} have it in the same place of ${name}; expected: a place of its own for each; fix: give one of the stacks another server, account, project, vault or path`,
          ]
        : [];
    });
  });
}

/**
 * A place in one text: by its container's full address, where the document has that, and by the server's or account's
 * own variables and the names else.
 */
function addressOf(
  { env, addresses }: PlatformWiring,
  locator: Readonly<Record<string, string>>,
): string {
  const full = Object.values(locator).flatMap((part) => addresses?.containers[part] ?? []);
  const parts = full.length > 0 ? { full: full.join(" "), ...locator } : { ...env, ...locator };
  return JSON.stringify(Object.entries(parts).sort(([one], [other]) => (one < other ? -1 : 1)));
}
