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
 * @param arrived keys of which the value was read in the place that it was copied to
 */
export async function blankArrived(
  from: KeyStore,
  arrived: readonly Load[],
  options: CopyOptions,
): Promise<void> {
  if (from.clear === undefined || arrived.length === 0) return;
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
