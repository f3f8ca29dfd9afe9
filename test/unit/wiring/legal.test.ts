import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import fc from "fast-check";
import { catalog } from "../../../infra/catalog";
import { parseConfig } from "../../../infra/config";
import { wiringSchema } from "../../../infra/wiring/document";
import { platforms } from "../../../stacks/platforms";
import { documentOf } from "../../fixtures/documentOf";
import { legalConfig } from "../../fixtures/legal";

/** The published file, as others have it. */
const validate = new Ajv({ strict: false }).compile(
  JSON.parse(
    readFileSync(join(__dirname, "../../../infra/wiring/wiring.schema.json"), "utf8"),
  ) as object,
);

/** The same value with the members of each of its objects in another order; lists keep theirs. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, reordered(inner)] as const)
      .reverse(),
  );
}

describe.each([
  { title: "smallest", full: false, numRuns: 10 },
  // Each of them has hundreds of resources, twice.
  { title: "fullest", full: true, numRuns: 3 },
])("legal configs around the $title stacks", ({ full, numRuns }) => {
  test("are legal", () => {
    fc.assert(
      fc.property(legalConfig(full), (raw) => {
        parseConfig(raw, platforms);
      }),
      { numRuns: 100 },
    );
  });

  test("give a document of the published schema, whatever the order of their settings", async () => {
    await fc.assert(
      fc.asyncProperty(legalConfig(full), async (raw) => {
        const document = await documentOf(raw);
        expect(validate(document) || validate.errors).toBe(true);
        expect(wiringSchema.parse(document)).toStrictEqual(document);
        const again = await documentOf(reordered(raw) as typeof raw);
        expect(again).toStrictEqual(document);
        // Formats go by these orders, which are the catalogue's and the registry's.
        for (const { keys, platforms: made } of [document, again]) {
          expect(Object.keys(keys)).toEqual(Object.keys(catalog).filter((id) => id in keys));
          expect(Object.keys(made)).toEqual(Object.keys(platforms).filter((name) => name in raw));
        }
      }),
      // A smaller one would take as long again.
      { numRuns, endOnFailure: true },
    );
  }, 120_000);
});
