import { parseConfig } from "../../../infra/config";
import type { AwsSettings } from "../../../infra/aws/settings";
import { preflight } from "../../../stacks/preflight/aws";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { max } from "../../fixtures/aws";

const findings = async (raw: unknown) => {
  const { environment, ci, platforms: enabled } = parseConfig(raw, platforms);
  return preflight({ environment, ci, settings: enabled[0]?.settings as AwsSettings });
};

/** The whole config with one identifier of AWS's documentation in place of another. */
const withText = (from: string, to: string): unknown =>
  JSON.parse(JSON.stringify(max).replaceAll(from, to));

test("an example account is refused, wherever it stands, before anybody is asked", async () => {
  const found = await findings(withText("210987654321", "123456789012"));
  expect(found.map(({ message }) => message.split(":")[0])).toEqual([
    "aws.accountId",
    "aws.permissionsBoundary",
    "aws.access.rotator.principals.0",
    "aws.access.operator.principals.0",
    "aws.access.breakGlass.principals.0",
    "aws.alerts.subscribers.tickets.endpoint",
  ]);
  for (const { severity, message } of found) {
    expect(severity).toBe("error");
    expect(message).toMatch(/an example of AWS's documentation; fix: fill in your own$/);
  }
});

test.each([
  ["organizationId", changed(max, "aws.organizationId", "o-exampleorgid")],
  ["secrets.vpcEndpoints.0", changed(max, "aws.secrets.vpcEndpoints", ["vpce-1a2b3c4d"])],
])("so is an example of %s", async (setting, raw) => {
  const [one, ...more] = await findings(raw);
  expect(one?.message).toContain(`aws.${setting}: got`);
  expect(more).toEqual([]);
});
