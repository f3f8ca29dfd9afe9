import { catalog, type KeyDefinition } from "../../infra/catalog";

/**
 * Loaded before the program: the catalogue then has as many keys as the measure asks for, on AWS nine of
 * ten in the application's JSON and each tenth in a secret of its own.
 */
const wanted = Number(process.env["BENCH_KEYS"]);
const keys = catalog as unknown as Record<string, KeyDefinition>;
const pattern: KeyDefinition = { ...catalog.anthropic };
for (const id of Object.keys(keys).filter((one) => one !== "anthropic"))
  Reflect.deleteProperty(keys, id);
for (let number = 2; number <= wanted; number++) {
  const id = `key${String(number)}`;
  const env = `${id.toUpperCase()}_${number % 10 === 0 ? "TOKEN" : "API_KEY"}`;
  keys[id] = { ...pattern, env };
}
