import fc from "fast-check";
import { catalog } from "../../../../infra/catalog";
import type { Wiring } from "../../../../infra/wiring/document";
import { render, renderers } from "../../../../infra/wiring/render";
import { documentOf } from "../../../fixtures/documentOf";
import { selfReading } from "../../../fixtures/kubernetes";
import { platformCases } from "../../../fixtures/platforms";

const stacks = [
  ...platformCases.flatMap(({ name, min, max }) => [
    [`${name}, smallest`, min] as const,
    [`${name}, fullest`, max] as const,
  ]),
  ["a cluster, by the CSI driver", selfReading("aws", "csi")] as const,
];
const formats = Object.keys(renderers);

/** A copy whose objects have their members in another order; lists keep theirs. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => shuffled(one, random));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(
    ([name, member]) => [random(), name, shuffled(member, random)] as const,
  );
  return Object.fromEntries(
    members.sort(([one], [other]) => one - other).map(([, name, member]) => [name, member]),
  );
}

/** Every format of every platform of a document: what is rendered, or why it is not. */
const all = (wiring: Wiring, names: readonly (string | undefined)[]): readonly string[] =>
  formats.flatMap((format) =>
    names.map((platform) => {
      try {
        return render(wiring, format, { platform });
      } catch (error) {
        return String(error);
      }
    }),
  );

test.each(stacks)("%s: another order of members renders the same bytes", async (_, raw) => {
  const wiring = await documentOf(raw);
  // Without one it is an error that lists them.
  const names = [...Object.keys(wiring.platforms), undefined];
  const expected = all(wiring, names);
  expect(expected.filter((text) => !text.startsWith("Error: ")).length).toBeGreaterThanOrEqual(2);
  const orders = new Set<string>();
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (numbers) => {
      const random = (): number => numbers.next().value as number;
      const other = shuffled(wiring, random) as Wiring;
      orders.add(JSON.stringify(other));
      expect(all(other, names)).toEqual(expected);
    }),
    { numRuns: 20 },
  );
  expect(orders.size).toBeGreaterThan(5);
});

test("keys are in the catalogue's order, and those that it does not know after them", async () => {
  const [first] = platformCases;
  if (!first) throw new Error("no platform");
  const wiring = await documentOf(first.max);
  const { anthropic } = wiring.keys;
  if (!anthropic) throw new Error("no key");
  const keys = {
    ...{
      zulu: { ...anthropic, env: "ZULU_API_KEY" },
      alpha: { ...anthropic, env: "ALPHA_API_KEY" },
    },
    ...wiring.keys,
  };
  const rendered = JSON.parse(render({ ...wiring, keys }, "json")) as Wiring;
  expect(Object.keys(rendered.keys)).toEqual([...Object.keys(catalog), "alpha", "zulu"]);
  expect(render({ ...wiring, keys }, "env")).toContain(
    "ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY, REDIS_PASSWORD, GDPR_MASTER_KEY, ALPHA_API_KEY, ZULU_API_KEY\n",
  );
});
