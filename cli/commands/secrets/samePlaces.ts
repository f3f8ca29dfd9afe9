import type { PlatformWiring } from "../../../infra/wiring/document";
import type { Stage } from "./comparison";

/** What is wrong where both deployments have a key in one and the same place, by their documents; one line a key. */
export function samePlaces([ours, theirs]: readonly [Stage, Stage]): readonly string[] {
  return Object.entries(ours.wiring.platforms).flatMap(([name, platform]) => {
    const other = theirs.wiring.platforms[name];
    if (other === undefined) return [];
    return Object.entries(platform.references).flatMap(([key, { locator }]) => {
      const there = other.references[key]?.locator;
      const [one, two] = [addressOf(platform, locator), there && addressOf(other, there)];
      return one !== undefined && one === two
        ? [
            `${key}: ${ours.label} and ${theirs.label} have it in the same place of ${name}; expected: a place of its own for each; fix: give one of the stacks another server, account, project, vault or path`,
          ]
        : [];
    });
  });
}

/**
 * A place in one text: its container's full address, where the document has that, else the server's address and the
 * names. Undefined where these do not tell, because they are the same in each account of AWS: if it is one place
 * after all, its value is found to be the same.
 */
function addressOf(
  { env, secretMethod, addresses }: PlatformWiring,
  locator: Readonly<Record<string, string>>,
): string | undefined {
  const full = Object.values(locator).flatMap((part) => addresses?.containers[part] ?? []);
  if (full.length === 0 && secretMethod === "aws") return undefined;
  const parts = full.length > 0 ? { full: full.join(" "), ...locator } : { ...env, ...locator };
  return JSON.stringify(Object.entries(parts).sort(([one], [other]) => (one < other ? -1 : 1)));
}
