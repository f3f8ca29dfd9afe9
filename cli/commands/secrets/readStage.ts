import { isStoreError } from "../../../stores/errors";
import { storeNames, type StoreName } from "../../../stores/store";
import { UsageError } from "../../output";
import { tell } from "../../progress";
import { openTarget } from "../../target";
import type { Read, Stage } from "./comparison";
import { using } from "./deployment";
import { readIfAllowed } from "./facts";

/**
 * The stores of a deployment that are to be read.
 * @throws UsageError when it has none of those that are named
 */
export function storesOf({ label, wiring }: Stage, named?: readonly StoreName[]) {
  const own = storeNames.filter((name) => wiring.platforms[name] !== undefined);
  const names = own.filter((name) => named === undefined || named.includes(name));
  if (names.length > 0) return names;
  throw new UsageError(
    `--in: ${label} has none of these stores; it has: ${own.join(", ") || "none"}; fix: name one of its own`,
  );
}

/** Reads every key of a deployment in some stores, with the credentials that the caller has for it. */
export const readStage = (stage: Stage, names: readonly StoreName[]): Promise<readonly Read[]> =>
  inEnvironment(stage.env, async () =>
    (await Promise.all(names.map((name) => readStore(stage, name)))).flat(),
  );

/**
 * Does some work under other variables: the SDKs of AWS, Azure and Google look for credentials in this process's own
 * environment alone, each at its first call.
 */
async function inEnvironment<Result>(
  variables: Stage["env"],
  work: () => Promise<Result>,
): Promise<Result> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

async function readStore({ label, wiring }: Stage, name: StoreName): Promise<readonly Read[]> {
  const { store, places } = openTarget(name, { wiring, note: tell });
  return using([store], () =>
    Promise.all(
      [...places.values()].map(async (place): Promise<Read> => {
        const at = { stage: label, store: name, key: place.key.id };
        try {
          const read = await readIfAllowed(store, place);
          return read.readable
            ? { ...at, value: read.value }
            : { ...at, problem: `${name}: not readable by you` };
        } catch (error) {
          if (!isStoreError(error)) throw error;
          return { ...at, problem: error.message };
        }
      }),
    ),
  );
}
