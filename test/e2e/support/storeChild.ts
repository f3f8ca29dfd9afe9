import { createInterface } from "node:readline";
import { stores } from "../../../stores";
import { isStoreError } from "../../../stores/errors";
import { SecretValue } from "../../../stores/secretValue";
import type { Place, StoreName } from "../../../stores/store";

/** What the program is given by its standard input: the value never is an argument. */
export interface StoreTask {
  readonly store: StoreName;
  readonly place: Place;
  readonly put: "putIfAbsent" | "putNew";
  readonly value: string;
}

/** A process of its own that puts one key: it loads what it needs, says `ready`, and waits for a second line. */
async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const { store: name, place, put, value } = JSON.parse(await line()) as StoreTask;
  const store = stores[name]()({ env: process.env, dir: process.cwd(), note: () => undefined });
  process.stdout.write("ready\n");
  await line();
  const told = await store[put](place, new SecretValue(value)).catch((error: unknown) => ({
    outcome: isStoreError(error) ? error.kind : String(error),
  }));
  process.stdout.write(`${JSON.stringify(told)}\n`);
  process.exit(0);
}

void main();
