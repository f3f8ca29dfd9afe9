import { isStoreError } from "../../../stores/errors";
import { checkForm } from "../../../stores/keyForm";
import type { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, Place } from "../../../stores/store";
import type { CopyOptions } from "../../definitions/secrets";
import { note, result, UsageError } from "../../output";
import { during, tell } from "../../progress";
import { openTarget, placeNamed, storeNamed, type Target } from "../../target";
import { listed, together } from "../../together";
import { blankArrived, refuseBlank } from "./blank";
import { copyKey } from "./copyKey";
import { deploymentOf, fingerprintsOrNone, using } from "./deployment";
import { eachInTurn, exitCodeOf, outcomeTable } from "./outcome";

/** A key on its way. */
export interface Load {
  readonly key: string;
  readonly env: string;
  readonly from: Place;
  readonly to: Place;
  /** Undefined where the first store has none. */
  readonly value: SecretValue | undefined;
}

/** Moves keys from one store to another. Every value is read and checked before the first is written. */
export async function copy(name: string | undefined, options: CopyOptions): Promise<void> {
  const [fromName, toName] = together(
    () => storeNamed(options.from),
    () => storeNamed(options.to),
    () => {
      if ((name === undefined) === (options.all === true)) return;
      throw new UsageError(
        name === undefined
          ? "key: is missing; fix: name one, or take every key by --all"
          : "key: got one and --all; allowed: one of them; fix: leave one out",
      );
    },
  );
  const wiring = await deploymentOf(options);
  const from = openTarget(fromName, { wiring, note: tell });
  const to = openTarget(toName, { wiring, note: tell });
  await using([from.store, to.store], async () => {
    const [pairs] = together(
      () => pairsOf(name, from, to),
      () => {
        refuseBlank(from.store, options);
      },
    );
    refuseSamePlace(from.store, to.store, pairs);
    const loads = await during(`reading from ${from.store.name}`, () => read(from.store, pairs));
    checked(loads);
    await move(from.store, to.store, loads, options);
  });
}

type Pair = Pick<Load, "from" | "to">;

function pairsOf(name: string | undefined, from: Target, to: Target): readonly Pair[] {
  if (name !== undefined) {
    return [{ from: placeNamed(name, from.places), to: placeNamed(name, to.places) }];
  }
  return [...from.places.values()].flatMap((place) => {
    const there = to.places.get(place.key.id);
    return there === undefined ? [] : [{ from: place, to: there }];
  });
}

function refuseSamePlace(from: KeyStore, to: KeyStore, pairs: readonly Pair[]): void {
  if (from.name !== to.name || from.address !== to.address) return;
  if (!pairs.some((pair) => samePlace(pair.from, pair.to))) return;
  throw new UsageError(
    `--to: is the store that is copied from (${from.name}, ${from.address}); fix: name another`,
  );
}

const samePlace = (one: Place, other: Place): boolean =>
  Object.entries(one.locator).every(([name, part]) => other.locator[name] === part);

const read = (store: KeyStore, pairs: readonly Pair[]): Promise<readonly Load[]> =>
  Promise.all(
    pairs.map(async (pair): Promise<Load> => {
      const { id: key, env } = pair.from.key;
      return { key, env, ...pair, value: await valueIn(store, pair.from) };
    }),
  );

/** Where there is no container, there is no value either. */
async function valueIn(store: KeyStore, place: Place): Promise<SecretValue | undefined> {
  try {
    return await store.read(place);
  } catch (error) {
    if (isStoreError(error, "missing")) return undefined;
    throw error;
  }
}

/**
 * Notes what is worth to know of the values' form.
 * @throws when one has not the form of its key, or there is none at all; nothing is written then
 */
function checked(loads: readonly Load[]): void {
  const findings = loads.flatMap(({ from, value }) =>
    value === undefined ? [] : checkForm(from.key, value),
  );
  const problems = findings.flatMap(({ severity, message }) =>
    severity === "error" ? [message] : [],
  );
  if (loads.every(({ value }) => value === undefined)) {
    problems.push(
      `${loads.map(({ env }) => env).join(", ")}: ${loads.length === 1 ? "is" : "are"} not there to be copied; fix: name the store that has ${loads.length === 1 ? "it" : "them"}`,
    );
  }
  if (problems.length > 0) throw new Error(listed(problems));
  for (const { message } of findings) note(`warning: ${message}`);
}

async function move(
  from: KeyStore,
  to: KeyStore,
  loads: readonly Load[],
  options: CopyOptions,
): Promise<void> {
  const fingerprints = fingerprintsOrNone();
  const verified = new Set<string>();
  const lines = await during(`copying from ${from.name} to ${to.name}`, (say) =>
    eachInTurn(loads, async ({ key, env, to: place, value }) => {
      if (value === undefined) return { outcome: "absent" };
      say(env);
      const { seen, ...outcome } = await copyKey(to, place, value, options.rotate === true);
      if (seen) verified.add(key);
      const fingerprint = seen ? fingerprints(value) : undefined;
      return { ...outcome, ...(fingerprint !== undefined && { fingerprint }) };
    }),
  );
  result({ from: from.name, to: to.name, keys: lines }, outcomeTable(lines), options.json);
  process.exitCode = exitCodeOf(lines.map(({ outcome }) => outcome));
  await blankArrived(from, loads, verified, options);
}
