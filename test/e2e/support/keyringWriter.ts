import { text } from "node:stream/consumers";
import { open } from "../../../stores/keyring/keyStore";
import { SecretValue } from "../../../stores/secretValue";
import { keyringPlace } from "../../fixtures/keyringPlace";

/** What a writer in a process of its own does: writes these values in turn, over and over when `forever`. */
export interface WriterWish {
  readonly user: string;
  readonly values: readonly string[];
  readonly first?: boolean;
  readonly forever?: boolean;
}

/** Tells the outcome of each write, a line for each. */
async function main(): Promise<void> {
  const wish = JSON.parse(await text(process.stdin)) as WriterWish;
  const store = open({ env: process.env, dir: ".", note: () => undefined });
  const place = keyringPlace(wish.user);
  do {
    for (const value of wish.values) {
      const secret = new SecretValue(value);
      const { outcome } = await (wish.first === true
        ? store.putIfAbsent(place, secret)
        : store.putNew(place, secret));
      process.stdout.write(`${outcome}\n`);
    }
  } while (wish.forever === true);
  await store.close();
}

void main();
