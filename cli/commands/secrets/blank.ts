import type { KeyStore } from "../../../stores/store";
import type { CopyOptions } from "../../definitions/secrets";
import { exitCodes } from "../../exitCodes";
import { note, UsageError } from "../../output";
import { atTerminal, confirmed } from "../../prompt";
import type { Load } from "./copy";

/** @throws UsageError when a store is to be blanked that is no file */
export function refuseBlank(store: KeyStore, { blank }: CopyOptions): void {
  if (blank !== true || store.clear !== undefined) return;
  throw new UsageError(
    `--blank: ${store.name} is no file on this machine; allowed: with dotenv, dotenv-vault, dotenvx; fix: leave it out`,
  );
}

/**
 * Takes keys out of the file that they were copied from, where somebody says so: with --blank, or when asked, which is
 * done for the file in the clear alone. A key whose value in the file is another one by now stays.
 * @param verified ids of keys of which the value was read in the place that it was copied to: the others stay, too
 */
export async function blankArrived(
  from: KeyStore,
  loads: readonly Load[],
  verified: ReadonlySet<string>,
  options: CopyOptions,
): Promise<void> {
  if (from.clear === undefined) return;
  const arrived = loads.filter(({ key }) => verified.has(key));
  const unseen = loads.filter(({ key, value }) => value !== undefined && !verified.has(key));
  tellUnseen(from, unseen, arrived.length === 0, options);
  if (arrived.length === 0) return;
  const names = arrived.map(({ env }) => env).join(", ");
  if (options.blank !== true) {
    if (from.name !== "dotenv") return;
    if (options.json === true || !atTerminal()) {
      note(
        `${from.address} still has the values; fix: the same command with --blank takes them out`,
      );
      return;
    }
    if (!(await confirmed(`Take ${names} out of ${from.address}?`))) return;
  }
  const taken: string[] = [];
  for (const { env, from: place, value } of arrived) {
    const now = await from.read(place);
    if (now === undefined) continue;
    if (value === undefined || !now.equals(value)) {
      note(`${env}: ${from.address} has another value by now, which stays`);
      process.exitCode ||= exitCodes.failed;
      continue;
    }
    await from.clear(place);
    taken.push(env);
  }
  if (taken.length > 0) note(`${from.address}: taken out: ${taken.join(", ")}`);
}

/** Whoever asked for a blank file and has none is told, and so is whoever would be offered it. */
function tellUnseen(
  from: KeyStore,
  unseen: readonly Load[],
  isAll: boolean,
  { blank }: CopyOptions,
): void {
  if (unseen.length === 0 || (blank !== true && from.name !== "dotenv")) return;
  const fix = "fix: the same command with --blank, by somebody who may read there";
  if (isAll) {
    note(
      `${from.address} still has the values, because none could be read back where it went; ${fix}`,
    );
  } else {
    for (const { env } of unseen) {
      note(
        `${env}: stays in ${from.address}, because it could not be read back where it went; ${fix}`,
      );
    }
  }
  if (blank === true) process.exitCode ||= exitCodes.failed;
}
