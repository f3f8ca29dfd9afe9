import type { Wiring } from "../../../infra/wiring/document";
import { fingerprinter } from "../../../stores/fingerprintKey";
import type { SecretValue } from "../../../stores/secretValue";
import type { KeyStore } from "../../../stores/store";
import { note } from "../../output";
import { readWiring, type WiringSource } from "../../wiringDocument";

/** The deployment that is named; undefined where none is: then the guide's names hold. */
export const deploymentOf = async (source: WiringSource): Promise<Wiring | undefined> =>
  source.stack === undefined && source.file === undefined ? undefined : readWiring(source);

/** Does something with stores, and closes them whatever comes of it. */
export async function using<Result>(
  stores: readonly KeyStore[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

/**
 * Fingerprints, which are a help and no condition: where their key cannot be had, that is said and there are none.
 */
export function fingerprintsOrNone(): (value: SecretValue) => string | undefined {
  try {
    return fingerprinter();
  } catch (error) {
    note(`no fingerprints: ${error instanceof Error ? error.message : String(error)}`);
    return () => undefined;
  }
}
