import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { stores } from "../../../stores";
import { catalogKeys } from "../../../stores/places";
import { SecretValue } from "../../../stores/secretValue";
import type { StoreName } from "../../../stores/store";

/**
 * Writes stdin as the value of names of any kind into a store that is a file, one after the other, once as many
 * processes as are wanted have come to a folder: <store> <folder> <meeting place> <how many> <names>
 */
async function main([store = "", dir = "", meeting = "", count = "", ...names]: readonly string[]) {
  const [key] = catalogKeys;
  if (key === undefined) throw new Error("the catalogue is empty");
  const opened = stores[store as StoreName]()({ env: {}, dir, note: () => undefined });
  const value = new SecretValue(await text(process.stdin));
  writeFileSync(join(meeting, String(process.pid)), "");
  while (readdirSync(meeting).length < Number(count)) await sleep(1);
  for (const name of names) await opened.putIfAbsent({ key, locator: { name } }, value);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
