import { randomUUID } from "node:crypto";
import { LostRace, Unanswered } from "../contention";
import type { StoreError } from "../errors";
import { settled } from "../patience";
import type { SecretValue } from "../secretValue";
import { isLost, isNamed, meaning, refusal } from "./errors";
import type { Current, Secret } from "./secret";

/**
 * Writes one member of a secret's JSON on top of the version that was read, and of no other. Until the label moves,
 * in one call, the old version is the current one.
 * @param current undefined where there is none yet
 * @returns the version
 * @throws LostRace when another version became the current one meanwhile
 */
export async function writeMember(
  secret: Secret,
  current: Current | undefined,
  jsonKey: string,
  value: SecretValue,
): Promise<string> {
  // Each version that is staged in vain counts for a day against the limit of a hundred or so:
  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
  if (current !== undefined && !has(await secret.labels(), current.version, "AWSCURRENT")) {
    throw new LostRace(conflict(secret));
  }
  const version = randomUUID();
  try {
    await secret.stage(version, current?.members ?? {}, jsonKey, value);
  } catch (error) {
    // On top of another it changes nothing that anybody reads. As the first it is the current one at once.
    if (current !== undefined || !isLost(error)) throw meaning(error, `${secret.name}: writing`);
    if (await wasCurrent(secret, version)) return version;
    throw new Unanswered(uncertain(secret));
  }
  // The first version is the current one by itself, unless another came before it.
  if (current === undefined) {
    const labels = await settledLabels(secret);
    if (has(labels, version, "AWSCURRENT")) return version;
    if ([...labels.values()].some((some) => some.includes("AWSCURRENT"))) {
      throw new LostRace(conflict(secret));
    }
  }
  try {
    await secret.promote(version, current?.version);
    return version;
  } catch (error) {
    const refused = isNamed(error, "InvalidParameterException", "InvalidRequestException");
    if (!refused && !isLost(error)) throw meaning(error, `${secret.name}: moving AWSCURRENT`);
    // The SDK may have made the call twice, and been answered to the second that the label is not there any more.
    if (await wasCurrent(secret, version)) return version;
    throw refused ? new LostRace(conflict(secret)) : new Unanswered(uncertain(secret));
  }
}

/** Whether a version is or was the current one: the label AWSPREVIOUS comes with losing the other and no other way. */
async function wasCurrent(secret: Secret, version: string): Promise<boolean> {
  const labels = await settledLabels(secret);
  return has(labels, version, "AWSCURRENT") || has(labels, version, "AWSPREVIOUS");
}

type Labels = ReadonlyMap<string, readonly string[]>;

/** @throws StoreError `uncertain` when that cannot be seen */
async function settledLabels(secret: Secret): Promise<Labels> {
  let labels: Labels = new Map();
  await settled(async () => {
    labels = await secret.labels();
    return true;
  }, uncertain(secret));
  return labels;
}

const has = (labels: Labels, version: string, label: string): boolean =>
  labels.get(version)?.includes(label) ?? false;

const conflict = ({ name }: Secret): StoreError =>
  refusal("conflict", `${name}: others wrote it again and again meanwhile`, "run it again");

const uncertain = ({ name }: Secret): StoreError =>
  refusal(
    "uncertain",
    `${name}: the answer to a write was lost`,
    "run it again: what is there already stays as it is, unless with --rotate",
  );
