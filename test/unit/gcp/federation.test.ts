import { exchangesOf, podOf, type Credential } from "../../support/gcpFederation";
import type { Resources } from "../../support/gcpBindings";

const projects = { "a-project": "604321987654" };
const pool = "projects/604321987654/locations/global/workloadIdentityPools/a-pool";
const issuer = "https://issuer.example";

type Inputs = Resources[number]["inputs"];
const oidc = { issuerUri: issuer, allowedAudiences: ["ours", "ours-too"] };
const poolOf = (inputs: Inputs = {}): Resources[number] => ({
  name: "pool",
  type: "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
  inputs: { project: "a-project", workloadIdentityPoolId: "a-pool", ...inputs },
});
const provider = (inputs: Inputs): Resources[number] => ({
  name: "provider",
  type: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
  inputs: {
    ...{ project: "a-project", workloadIdentityPoolId: "a-pool" },
    workloadIdentityPoolProviderId: "a-provider",
    ...inputs,
  },
});
const mapping = { "google.subject": "assertion.sub" };
const ofIssuer = (inputs: Inputs = {}) => provider({ oidc, attributeMapping: mapping, ...inputs });
const ofAws = (inputs: Inputs = {}) => provider({ aws: { accountId: "210987654321" }, ...inputs });

const accept = (one: Resources[number], credential: Credential, inPool = poolOf()) =>
  exchangesOf([inPool, one], projects).flatMap((exchange) => exchange.accept(credential));
const token = (claims: Readonly<Record<string, unknown>> = {}): Credential => ({
  token: { iss: issuer, aud: "ours", sub: "somebody", ...claims },
});
const session = (arn = "arn:aws:sts::210987654321:assumed-role/task/session", other = {}) => ({
  aws: { account: "210987654321", arn, userid: "AROA:session", ...other },
});
const subject = `principal://iam.googleapis.com/${pool}/subject/somebody`;
const everybody = [`principalSet://iam.googleapis.com/${pool}/*`, "allUsers"];

describe("tokens", () => {
  test("make somebody of the pool, and nobody whom Google knows", () => {
    expect(accept(ofIssuer(), token())).toEqual([subject, ...everybody]);
  });

  test.each([
    ["one of the audiences", token({ aud: ["others", "ours-too"] }), true],
    ["no audience of ours", token({ aud: ["others"] }), false],
    ["an audience in capitals", token({ aud: "OURS" }), false],
    ["none", token({ aud: undefined }), false],
    ["another issuer", token({ iss: "https://issuer.example.org" }), false],
    ["the issuer with a slash", token({ iss: `${issuer}/` }), false],
    ["no issuer", token({ iss: undefined }), false],
    ["no subject", token({ sub: undefined }), false],
    ["an empty subject", token({ sub: "" }), false],
    ["a subject that is no text", token({ sub: 7 }), false],
    ["a subject of 127 bytes", token({ sub: "x".repeat(127) }), true],
    ["one of 128", token({ sub: "x".repeat(128) }), false],
    ["one of 127 letters and more bytes", token({ sub: "ü".repeat(64) }), false],
    ["what AWS tells", session(), false],
  ])("%s: %s", (_, credential, expected) => {
    expect(accept(ofIssuer(), credential).length > 0).toBe(expected);
  });

  test.each([
    ["assertion.sub in ['somebody', 'x']", true],
    ["google.subject == 'somebody'", true],
    ["attribute.place == 'here'", true],
    ["assertion.sub in ['x']", false],
    ["assertion.repository_id == '1'", false],
    ["has(assertion.repository_id) && assertion.repository_id == '1'", false],
    ["assertion['sub'].startsWith('some')", true],
    ["assertion.sub", false],
  ])("on the condition %s: %s", (attributeCondition, expected) => {
    const attributeMapping = { ...mapping, "attribute.place": "'here'" };
    const found = accept(ofIssuer({ attributeCondition, attributeMapping }), token());
    expect(found).toEqual(
      expected
        ? [subject, `principalSet://iam.googleapis.com/${pool}/attribute.place/here`, ...everybody]
        : [],
    );
  });

  test("without audiences, a token has to be for the provider", () => {
    const one = ofIssuer({ oidc: { issuerUri: issuer } });
    const name = `iam.googleapis.com/${pool}/providers/a-provider`;
    expect(accept(one, token({ aud: `//${name}` }))).not.toEqual([]);
    expect(accept(one, token({ aud: `https://${name}` }))).not.toEqual([]);
    expect(accept(one, token({ aud: name }))).toEqual([]);
    expect(accept(one, token())).toEqual([]);
  });

  test("a pool or provider that is off takes none", () => {
    expect(accept(ofIssuer({ disabled: true }), token())).toEqual([]);
    expect(accept(ofIssuer(), token(), poolOf({ disabled: true }))).toEqual([]);
  });
});

describe("callers from AWS", () => {
  const role = (arn: string) =>
    `principalSet://iam.googleapis.com/${pool}/attribute.aws_role/${arn}`;

  test("are known by their role where the provider says nothing else", () => {
    expect(accept(ofAws(), session())).toContain(
      role("arn:aws:sts::210987654321:assumed-role/task"),
    );
    const user = "arn:aws:iam::210987654321:user/ann";
    expect(accept(ofAws(), session(user))).toContain(role(user));
  });

  test("of another account are nobody", () => {
    expect(accept(ofAws(), session(undefined, { account: "111111111111" }))).toEqual([]);
  });

  test("of a token are nobody", () => {
    expect(accept(ofAws(), token({ account: "210987654321" }))).toEqual([]);
    expect(accept(ofAws(), { token: {} })).toEqual([]);
  });
});

test.each([
  ["no pool", [ofIssuer()], /its pool a-pool is missing/],
  ["no mapping", [poolOf(), ofIssuer({ attributeMapping: undefined })], /subject is not mapped/],
  ["neither kind", [poolOf(), provider({ attributeMapping: mapping })], /either aws or oidc/],
  ["both", [poolOf(), ofAws({ oidc })], /either aws or oidc/],
  [
    "an id that is too short",
    [poolOf(), ofIssuer({ workloadIdentityPoolProviderId: "abc" })],
    /abc is no id/,
  ],
  [
    "an id of Google's",
    [poolOf(), ofIssuer({ workloadIdentityPoolProviderId: "gcp-x" })],
    /gcp-x is no id/,
  ],
  [
    "a long condition",
    [poolOf(), ofIssuer({ attributeCondition: `assertion.sub == '${"x".repeat(4096)}'` })],
    /too long/,
  ],
  [
    "an attribute that is none",
    [poolOf(), ofIssuer({ attributeMapping: { ...mapping, "attribute.A": "assertion.sub" } })],
    /attribute.A is not known/,
  ],
  [
    "groups",
    [poolOf(), ofIssuer({ attributeMapping: { ...mapping, "google.groups": "assertion.g" } })],
    /not known here/,
  ],
  [
    "what a mapping does not know",
    [poolOf(), ofIssuer({ attributeMapping: { "google.subject": "google.subject" } })],
    /Unknown variable/,
  ],
  ["an expression that is none", [poolOf(), ofIssuer({ attributeCondition: "a in" })], /./],
])("%s is an error", (_, resources, error) => {
  expect(() => exchangesOf(resources, projects)).toThrow(error);
});

test("a Pod is known by its cluster's project, namespace and account", () => {
  expect(podOf("a-project", "ns", "sa")).toContain("serviceAccount:a-project.svc.id.goog[ns/sa]");
});
