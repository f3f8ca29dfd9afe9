import { join } from "node:path";
import { rules } from "../../policies/rules";
import { toPolicy } from "../../policies/toPolicy";
import { byHand } from "../../policies/valueBearing/byHand";
import { notValues } from "../../policies/valueBearing/names";
import { scan } from "../../policies/valueBearing/scan";

test("the pack has these rules, at these levels", () => {
  const policies = rules().map((rule) => toPolicy(rule));
  expect(policies.map(({ name, enforcementLevel }) => [name, enforcementLevel])).toStrictEqual([
    ["no-value-bearing-resource", "mandatory"],
    ["no-provider-credential", "mandatory"],
    ["vault-tls-in-prod", "mandatory"],
    ["aws-guarded-secrets", "mandatory"],
    ["aws-least-privilege", "mandatory"],
    ["aws-narrow-trust", "mandatory"],
    ["aws-audit-on", "mandatory"],
    ["aws-strict-in-prod", "mandatory"],
    ["azure-guarded-secrets", "mandatory"],
    ["azure-least-privilege", "mandatory"],
    ["azure-narrow-trust", "mandatory"],
    ["azure-audit-on", "mandatory"],
    ["azure-strict-in-prod", "mandatory"],
    ["gcp-guarded-secrets", "mandatory"],
    ["gcp-least-privilege", "mandatory"],
    ["gcp-narrow-trust", "mandatory"],
    ["gcp-audit-on", "mandatory"],
    ["gcp-strict-in-prod", "mandatory"],
    ["kubernetes-guarded-secrets", "mandatory"],
    ["kubernetes-least-privilege", "mandatory"],
    ["kubernetes-narrow-trust", "mandatory"],
    ["kubernetes-strict-in-prod", "mandatory"],
    ["valid-exceptions", "mandatory"],
  ]);
});

test.each(rules())("$name says in one sentence what it holds, and looks at something", (rule) => {
  expect(rule.description).toMatch(/^[A-Z][^.]*\.$/);
  expect([rule.validateResource, rule.validateStack].filter(Boolean)).not.toHaveLength(0);
});

test("each entry by hand has a reason and its source, and stands once", () => {
  for (const { reason, source } of byHand) {
    expect(reason).not.toBe("");
    expect(source).toMatch(/^https:\/\//);
  }
  expect(new Set(byHand.map(({ type }) => type)).size).toBe(byHand.length);
});

test("every name that the table leaves out is in one of the installed SDKs", () => {
  const used = new Set<RegExp>();
  scan(join(__dirname, "..", "..", "node_modules"), (type, path) => {
    const found = notValues.filter(({ match }) => match.test(`${type}#${path}`));
    for (const { match } of found) used.add(match);
    return found.length > 0;
  });
  expect(notValues.filter(({ match }) => !used.has(match))).toStrictEqual([]);
}, 120_000);
