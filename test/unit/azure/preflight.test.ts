import { parseConfig } from "../../../infra/config";
import type { AzureSettings } from "../../../infra/azure/settings";
import { preflight } from "../../../stacks/preflight/azure";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { max as withExamples } from "../../fixtures/azure";

/** With addresses that are somebody's. */
const max = changed(withExamples, "azure.network.allowedIps", ["20.113.4.0/24"]);

const asked = new Error("somebody was asked");
const findings = async (raw: unknown) => {
  const { environment, ci, platforms: enabled } = parseConfig(raw, platforms);
  const args = { environment, ci, settings: enabled[0]?.settings as AzureSettings };
  return preflight(args, () => {
    throw asked;
  });
};

/** The whole config with one identifier of Microsoft's documentation in place of another. */
const withText = (from: string, to: string): unknown =>
  JSON.parse(JSON.stringify(max).replaceAll(from, to));

test("an example subscription is refused, wherever it stands, before anybody is asked", async () => {
  const example = "aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e";
  const found = await findings(withText("8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f", example));
  expect(found.map(({ message }) => message.split(":")[0])).toEqual([
    "azure.subscriptionId",
    "azure.network.allowedSubnets.0",
    "azure.network.privateEndpoint.subnetId",
  ]);
  for (const { severity, message } of found) {
    expect(severity).toBe("error");
    expect(message).toMatch(/an example of Microsoft's documentation; fix: fill in your own$/);
  }
});

/** https://learn.microsoft.com/azure/key-vault/general/rbac-guide and others use these. */
test.each([
  ["tenantId", "00000000-0000-0000-0000-000000000000"],
  ["tenantId", "aaaabbbb-0000-cccc-1111-dddd2222eeee"],
  ["tenantId", "00aa00aa-bb11-cc22-dd33-44ee44ee44ee"],
  ["access.operator.principals.platform.objectId", "00001111-aaaa-2222-bbbb-3333cccc4444"],
  ["access.operator.principals.platform.objectId", "aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb"],
  ["resourceGroup.name", "ContosoResourceGroup"],
  ["vault.name", "kv-contoso"],
  ["alerts.subscribers.on-call.email", "on-call@example.com"],
  ["alerts.subscribers.on-call.email", "on-call@contoso.com"],
  ["network.allowedIps.0", "203.0.113.0/24"],
  ["network.allowedIps.0", "198.51.100.7"],
  ["network.allowedIps.0", "192.0.2.1/32"],
  ["pipeline.apply.subjects.0", "repo:octo-org/octo-repo:environment:prod"],
])("so is an example of %s: %s", async (setting, example) => {
  const [one, ...more] = await findings(changed(max, `azure.${setting}`, example));
  expect(one?.message).toContain(`azure.${setting}: got ${example}`);
  expect(more).toEqual([]);
});

test("what is no example goes on, to whoever is logged in", async () => {
  const [one, ...more] = await findings(max);
  expect(one?.message).toContain("nobody is logged in");
  expect(one?.message).toContain(asked.message);
  expect(more).toEqual([]);
});
