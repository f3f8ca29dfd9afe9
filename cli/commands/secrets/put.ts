import type { Wiring } from "../../../infra/wiring/document";
import { checkForm } from "../../../stores/keyForm";
import type { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, Place, StoreKey, Written } from "../../../stores/store";
import type { PutOptions } from "../../definitions/secrets";
import { exitCodes } from "../../exitCodes";
import { note, result, UsageError } from "../../output";
import { during, tell } from "../../progress";
import { openTarget, placeNamed, storeNamed } from "../../target";
import { listed, together } from "../../together";
import { readValue, valueSource, type ValueSource } from "../../value";
import { deploymentOf, fingerprintsOrNone, using } from "./deployment";
import { factsOf } from "./facts";

/** Writes a key's value, or those that are missing. */
export async function put(name: string | undefined, options: PutOptions): Promise<void> {
  if (options.missing === true) {
    const { putMissing } = require("./putMissing") as typeof import("./putMissing");
    return putMissing(name, options);
  }
  const [storeName, source] = together(
    () => storeNamed(options.to),
    () => valueSource(options),
    () => {
      if (name === undefined) {
        throw new UsageError("key: is missing; fix: name one, or ask for all by --missing");
      }
    },
  );
  const wiring: Wiring | undefined = await deploymentOf(options);
  const { store, places } = openTarget(storeName, { wiring, note: tell });
  await using([store], async () => {
    const place = placeNamed(name ?? "", places);
    if (await thereAlready(store, place, source, options)) {
      report(store, place, { outcome: "present" }, undefined, options);
      return;
    }
    const value = await readValue(source, `${place.key.env} for ${store.name}`);
    checked(place.key, value);
    const fingerprints = fingerprintsOrNone();
    const written = await during(`writing ${place.key.env} to ${store.name}`, () =>
      options.rotate === true ? store.putNew(place, value) : store.putIfAbsent(place, value),
    );
    report(store, place, written, fingerprints(value), options);
  });
}

/** Nobody is to look for a value that is then not taken. The store decides all the same, when it writes. */
async function thereAlready(
  store: KeyStore,
  place: Place,
  { from }: ValueSource,
  { rotate }: PutOptions,
): Promise<boolean> {
  if (from !== "prompt" || rotate === true) return false;
  const looking = `looking at ${store.name}`;
  return (await during(looking, () => factsOf(store, place))).present === true;
}

/**
 * Notes what is worth to know of a value's form.
 * @throws UsageError when it has not the form of its key
 */
function checked(key: StoreKey, value: SecretValue): void {
  const findings = checkForm(key, value);
  const problems = findings.filter(({ severity }) => severity === "error");
  if (problems.length > 0) throw new UsageError(listed(problems.map(({ message }) => message)));
  for (const { message } of findings) note(`warning: ${message}`);
}

function report(
  store: KeyStore,
  { key }: Place,
  { outcome, version }: Written,
  fingerprint: string | undefined,
  { json }: PutOptions,
): void {
  const present = outcome === "present";
  const facts = {
    ...{ store: store.name, key: key.id, env: key.env, outcome },
    ...(version !== undefined && { version }),
    // What is there is not what was given.
    ...(!present && fingerprint !== undefined && { fingerprint }),
  };
  const where = `${store.name}: ${key.env}`;
  const at = version === undefined ? "" : `, version ${version}`;
  result(
    facts,
    present
      ? `${where} has a value already${at}; it is as it was; fix: a new version is written by --rotate`
      : `${where} is written${at}${fingerprint === undefined ? "" : `, fingerprint ${fingerprint}`}`,
    json,
  );
  if (present) process.exitCode = exitCodes.leftAsIs;
}
