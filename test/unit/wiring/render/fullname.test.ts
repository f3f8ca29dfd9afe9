import fc from "fast-check";
import { fullname, wrongName } from "../../../../infra/wiring/render/fullname";

test.each([
  ["prompt-sentinel", "prompt-sentinel"],
  ["shop", "shop-prompt-sentinel"],
  ["eu-prompt-sentinel-2", "eu-prompt-sentinel-2"],
  ["prompt", "prompt-prompt-sentinel"],
  ["a".repeat(53), `${"a".repeat(53)}-prompt-se`],
  // A hyphen that the cut leaves at the end goes; Helm's own rule for releases allows none so long.
  [`${"a".repeat(62)}-b`, "a".repeat(62)],
])("%s gives %s", (release, name) => {
  expect(fullname(release)).toBe(name);
});

test("a release's full name is a name of a service", () => {
  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$/);
  fc.assert(
    fc.property(label, (release) => {
      expect(wrongName("release", release)).toBeUndefined();
      expect(wrongName("namespace", fullname(release))).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["release", ""],
  ["release", "Shop"],
  ["release", "shop-"],
  ["release", "a".repeat(54)],
  ["release", "a\nb"],
  ["namespace", "a.b"],
  ["namespace", "a".repeat(64)],
  ["service account", "a_b"],
] as const)("no %s is called %j", (kind, name) => {
  expect(wrongName(kind, name)).toBe(
    `${kind}: got ${JSON.stringify(name)}; allowed: a-z, 0-9 and - between them, ${{ release: "53", namespace: "63", "service account": "253" }[kind]} at most; fix: use such a name`,
  );
});
