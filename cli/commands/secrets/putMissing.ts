import { checkForm } from "../../../stores/keyForm";
import type { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, Place } from "../../../stores/store";
import type { PutOptions } from "../../definitions/secrets";
import { note, result, UsageError } from "../../output";
import { during, tell } from "../../progress";
import { askHidden, atTerminal } from "../../prompt";
import { openTarget, storeNamed } from "../../target";
import { together } from "../../together";
import { deploymentOf, fingerprintsOrNone, using } from "./deployment";
import { factsOf } from "./facts";
import { eachInTurn, exitCodeOf, outcomeTable, type KeyOutcome } from "./outcome";

/**
 * Asks for each key that a store has not, and writes what was given, each as its first value. Nothing is written
 * before everything was asked, so that whoever stops has done nothing.
 */
export async function putMissing(name: string | undefined, options: PutOptions): Promise<void> {
  const [storeName] = together(
    () => storeNamed(options.to),
    () => {
      refuseOthers(name, options);
    },
    askable,
  );
  const wiring = await deploymentOf(options);
  const { store, places } = openTarget(storeName, { wiring, note: tell });
  await using([store], async () => {
    const missing = await absent(store, [...places.values()]);
    const lines = await writeAll(store, missing, await ask(store, missing));
    const text = missing.length === 0 ? `${store.name}: has every key` : outcomeTable(lines);
    result({ store: store.name, keys: lines }, text, options.json);
    process.exitCode = exitCodeOf(lines.map(({ outcome }) => outcome));
  });
}

function refuseOthers(name: string | undefined, { stdin, fd, rotate }: PutOptions): void {
  const others = [
    ...(name === undefined ? [] : ["a key"]),
    ...(stdin === true ? ["--stdin"] : []),
    ...(fd === undefined ? [] : ["--fd"]),
    ...(rotate === true ? ["--rotate"] : []),
  ];
  if (others.length === 0) return;
  throw new UsageError(
    `--missing: got ${others.join(", ")} too; allowed: neither, as it asks for every key that is not there; fix: leave out one of the two`,
  );
}

function askable(): void {
  if (atTerminal()) return;
  throw new UsageError(
    "--missing: there is no terminal to ask at; fix: bring the keys from a file by `secrets copy --all --from dotenv --to <store>`, or one at a time by `secrets put <key> --to <store> --stdin`",
  );
}

/** The keys that a store has not, or of which the caller cannot see it: the store decides when it writes. */
const absent = (store: KeyStore, places: readonly Place[]): Promise<readonly Place[]> =>
  during(`looking at ${store.name}`, async () => {
    const found = await Promise.all(places.map((place) => factsOf(store, place)));
    return places.filter((_, index) => found[index]?.present !== true);
  });

async function ask(
  store: KeyStore,
  places: readonly Place[],
): Promise<ReadonlyMap<string, SecretValue>> {
  const given = new Map<string, SecretValue>();
  for (const { key } of places) {
    for (;;) {
      const value = await askHidden(`${key.env} for ${store.name} (not shown; empty to skip it):`);
      if (value.reveal() === "") break;
      const findings = checkForm(key, value);
      for (const { severity, message } of findings) note(`${severity}: ${message}`);
      if (findings.some(({ severity }) => severity === "error")) continue;
      given.set(key.id, value);
      break;
    }
  }
  return given;
}

function writeAll(
  store: KeyStore,
  places: readonly Place[],
  given: ReadonlyMap<string, SecretValue>,
): Promise<readonly KeyOutcome[]> {
  const fingerprints = given.size === 0 ? () => undefined : fingerprintsOrNone();
  const items = places.map((place) => ({ key: place.key.id, env: place.key.env, place }));
  return during(`writing to ${store.name}`, (say) =>
    eachInTurn(items, async ({ key, env, place }) => {
      const value = given.get(key);
      if (value === undefined) return { outcome: "absent" };
      say(env);
      const written = await store.putIfAbsent(place, value);
      const fingerprint = written.outcome === "written" ? fingerprints(value) : undefined;
      return { ...written, ...(fingerprint !== undefined && { fingerprint }) };
    }),
  );
}
