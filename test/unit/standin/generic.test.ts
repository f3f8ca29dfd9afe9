import { resourceClass } from "../../../sandbox/standin/generic/sdk";
import { placeOf, shaped } from "../../../sandbox/standin/generic/shapes";

describe("what the installed SDKs say of a type", () => {
  test.each([
    ["aws:secretsmanager/secretPolicy:SecretPolicy", ["policy", "secretArn"], "secretArn"],
    ["aws:kms/key:Key", [], "arn"],
    ["vault:index/mount:Mount", ["path", "type"], "accessor"],
    ["vault:appRole/authBackendRole:AuthBackendRole", ["roleName"], "roleId"],
    ["gcp:secretmanager/secret:Secret", ["replication"], "name"],
    ["azure-native:keyvault:Vault", ["properties", "resourceGroupName"], "name"],
    ["kubernetes:core/v1:ServiceAccount", [], "metadata"],
    ["kubernetes:rbac.authorization.k8s.io/v1:Role", [], "metadata"],
    ["kubernetes:external-secrets.io/v1:ExternalSecret", [], "metadata"],
  ])("%s", (type, required, output) => {
    const found = resourceClass(type);
    expect(found.required).toEqual(required);
    expect(Object.keys(found.outputs)).toContain(output);
  });

  test("what a provider may leave out is not made up", () => {
    expect(resourceClass("aws:secretsmanager/secret:Secret").outputs).not.toHaveProperty(
      "kmsKeyId",
    );
  });

  test.each([
    "aws:kms/kee:Kee",
    "aws:nothing/key:Key",
    "kubernetes:networking.k8s.io/v1:NetworkPolicies",
    "kubernetes:core/v1:ServiceAcount",
  ])("fails %s, which there is not", (type) => {
    expect(() => resourceClass(type)).toThrow(
      `${type}: the installed @pulumi/${type.split(":")[0] ?? ""} has no such resource`,
    );
  });
});

describe("what is made up has a legal form", () => {
  const settings = { region: "eu-central-1", allowedAccountIds: '["210987654321"]' };
  const of = (type: string, property: string, form = "string", inputs = {}) =>
    shaped(property, form, placeOf(type, "logical", { name: "given", ...inputs }, settings));

  test.each([
    [
      "aws:secretsmanager/secret:Secret",
      "arn",
      /^arn:aws:secretsmanager:eu-central-1:210987654321:secret:given-\w{6}$/,
    ],
    ["aws:iam/role:Role", "arn", /^arn:aws:iam::210987654321:role\/given$/],
    ["aws:kms/key:Key", "arn", /^arn:aws:kms:eu-central-1:210987654321:key\/[0-9a-f-]{36}$/],
    [
      "aws:kms/key:Key",
      "keyId",
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    ],
    ["gcp:serviceaccount/account:Account", "email", /^given@\w+\.iam\.gserviceaccount\.com$/],
    ["azure-native:keyvault:Vault", "vaultUri", /^https:\/\/given\./],
    ["vault:index/mount:Mount", "name", /^given$/],
  ])("%s %s", (type, property, form) => {
    expect(of(type, property)).toMatch(form);
    // The same in each run: a second up has to change nothing.
    expect(of(type, property)).toBe(of(type, property));
  });

  test("a resource in another region says so", () => {
    expect(of("aws:kms/key:Key", "arn", "string", { region: "eu-west-1" })).toContain(
      ":eu-west-1:",
    );
  });

  test("what is no text has its own type", () => {
    expect(
      ["number", "boolean", "string[]", "outputs.x.Y"].map((form) => of("aws:x/y:Y", "z", form)),
    ).toEqual([0, false, [], {}]);
  });
});
