import { parseConfig } from "../../infra/config";
import { platforms } from "../../stacks/platforms";
import { max } from "../fixtures/azure";
import { deploy } from "../fixtures/deploy";
import { named, type Recorded } from "../support/mocks";
import { reportedOf, rule, set, shown, type Change } from "./changedStack";
import { check, unknown } from "./check";

const own = "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
const group = `${own}/resourceGroups/rg-prompt-sentinel`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-prompt-sentinel`;
const idOf = (guid: string): string =>
  `${own}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
const owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const administrator = "00482a5a-887f-4fb3-b363-3b7fe8e74483";
const officer = "B86A8FE4-44CE-4948-AEE5-ECCB2C155CD7";

const role = (guid: string): Change => set("roleDefinitionId", idOf(guid));
const actions = (...names: readonly string[]): Change =>
  set("permissions", [{ actions: names, dataActions: [] }]);
const dataActions = (...names: readonly string[]): Change =>
  set("permissions", [{ actions: [], dataActions: names }]);
const on = (attribute: string, guids: string): string =>
  `(@Request[Microsoft.Authorization/roleAssignments:${attribute}] ForAnyOfAnyValues:GuidEquals {${guids}})`;
const condition = (...parts: readonly string[]): Change => set("condition", parts.join(" AND "));

let made: readonly Recorded[];
beforeAll(async () => {
  made = (await deploy(parseConfig(max, platforms))).resources;
});

describe("azure-least-privilege", () => {
  const reader = "azure-access-app-on-anthropic";
  const rotator = "azure-access-rotator-function-on-anthropic";
  const writer = "azure-access-writer-role";
  const apply = "azure-ci-pipeline-apply-role";
  const grants = "azure-ci-apply-grants";
  const eligible = "azure-access-breakGlass-on-call-on-vault";

  test.each<[string, Change, string]>([
    [reader, set("principalType", undefined), "principalType: is missing"],
    [reader, set("principalType", "Device"), "principalType: is missing or none of User"],
    [reader, set("scope", vault), "on more than one secret"],
    [reader, set("scope", group), "on more than one secret"],
    [reader, set("scope", `${vault}/keys/a`), "on more than one secret"],
    [reader, set("scope", own), "a subscription or more"],
    [reader, set("scope", unknown), "scope: is not known"],
    [rotator, set("scope", vault), "on more than one secret"],
    [reader, role(owner), `got Owner (${owner})`],
    [reader, role(administrator), "got Key Vault Administrator"],
    [reader, role(officer), "got Key Vault Secrets Officer"],
    [reader, role("11111111-2222-4333-8444-555555555555"), "got 11111111-2222-4333-8444"],
    [reader, set("roleDefinitionId", unknown), "roleDefinitionId cannot be read"],
    [reader, set("roleDefinitionId", undefined), "roleDefinitionId cannot be read"],
  ])("of a grant: %s", async (resource, change, says) => {
    expect(await reportedOf("azure-least-privilege", made, resource, change)).toContain(says);
  });

  test.each<[string, Change, string]>([
    ["none", set("condition", undefined), "is assigned without one"],
    ["no version", set("conditionVersion", undefined), "is assigned without one"],
    ["any role", condition(on("PrincipalId", "a")), "what RoleDefinitionId a grant may have"],
    ["anybody", condition(on("RoleDefinitionId", secretsUser)), "what PrincipalId a grant may"],
    [
      "Owner too",
      condition(on("PrincipalId", "a"), on("RoleDefinitionId", `${secretsUser}, ${owner}`)),
      "lets it grant Owner",
    ],
  ])("of a condition on what is granted: %s", async (_, change, says) => {
    expect(await reportedOf("azure-least-privilege", made, grants, change)).toContain(says);
  });

  test("a condition may wait for ids that the run makes, if it is set", async () => {
    const change = set("condition", unknown);
    expect(await reportedOf("azure-least-privilege", made, grants, change)).toBe("");
  });

  test("who grants does not grant granting", async () => {
    const guid = String(named(made, "azure-ci-pipeline-grants-role").inputs["roleDefinitionId"]);
    const change = condition(on("PrincipalId", "a"), on("RoleDefinitionId", guid));
    expect(await reportedOf("azure-least-privilege", made, grants, change)).toContain(
      `lets it grant ${guid}`,
    );
  });

  test.each<[string, Change, string]>([
    ["no end", set("scheduleInfo.expiration", { type: "NoExpiration" }), "it never ends"],
    ["a duration of nothing", set("scheduleInfo.expiration.duration", ""), "it never ends"],
    ["an end by its day", set("scheduleInfo.expiration.type", "AfterDateTime"), "it never ends"],
    ["no schedule", set("scheduleInfo", undefined), "it never ends"],
    ["a group", set("scope", group), "more than a vault"],
    ["Owner", role(owner), "got Owner"],
  ])("of people who are eligible: %s", async (_, change, says) => {
    expect(await reportedOf("azure-least-privilege", made, eligible, change)).toContain(says);
  });

  test("nobody is eligible for granting", async () => {
    const guid = String(named(made, "azure-ci-pipeline-grants-role").inputs["roleDefinitionId"]);
    const definition = shown(named(made, "azure-ci-pipeline-grants-role"));
    const { inputs, ...rest } = named(made, eligible);
    const one = shown({ inputs: role(guid)(inputs), ...rest });
    const reported = await check(rule("azure-least-privilege"), [definition, one]);
    expect(reported.join()).toContain("make people eligible for reading alone");
  });

  const vaults = "Microsoft.KeyVault/vaults";
  const identities = "Microsoft.ManagedIdentity/userAssignedIdentities";
  test.each<[string, Change, string]>([
    [writer, actions("*"), "allow *"],
    [writer, actions(`${vaults}/*/read`), `allow ${vaults}/*/read`],
    [writer, dataActions(`${vaults}/secrets/*`), `allow ${vaults}/secrets/*`],
    [apply, actions(`${vaults}/write`), "lets itself in"],
    [apply, actions(`${vaults}/accessPolicies/write`), "lets itself in"],
    [apply, actions(`${vaults}/secrets/write`), "through a deployment"],
    [apply, actions(`${vaults}/deploy/action`), "through a deployment"],
    [apply, actions("Microsoft.Authorization/roleDefinitions/write"), "widens its own role"],
    [apply, actions("Microsoft.Authorization/elevateAccess/Action"), "widens its own role"],
    [apply, actions(`${identities}/federatedIdentityCredentials/write`), "becomes a workload's"],
    [apply, actions(`${identities}/assign/action`), "becomes a workload's"],
    [apply, actions("Microsoft.Authorization/locks/delete"), "takes the audit's locks away"],
    [apply, actions("Microsoft.Insights/diagnosticSettings/delete"), "turns the audit off"],
    [apply, actions("Microsoft.Storage/storageAccounts/listKeys/action"), "keys of the archive"],
    [
      apply,
      set("permissions", [
        {
          actions: ["Microsoft.Authorization/roleAssignments/write"],
          dataActions: [`${vaults}/secrets/getSecret/action`],
        },
      ]),
      "grant roles and read values in one",
    ],
    // The writer has the vault, so it may not become a reader.
    [writer, dataActions(`${vaults}/secrets/getSecret/action`), "on more than one secret"],
    [writer, dataActions(`${vaults}/secrets/backup/action`), "on more than one secret"],
    [apply, set("permissions", unknown), "permissions cannot be read"],
    [apply, set("permissions", []), "permissions cannot be read"],
    [apply, actions(unknown), "permissions cannot be read"],
    [apply, set("assignableScopes", [group, own]), "wider than a resource group"],
    [apply, set("assignableScopes", []), "wider than a resource group"],
    [apply, set("assignableScopes", unknown), "wider than a resource group"],
    [apply, set("assignableScopes", ["/"]), "wider than a resource group"],
  ])("of a role: %s", async (resource, change, says) => {
    expect(await reportedOf("azure-least-privilege", made, resource, change)).toContain(says);
  });

  test("a role of one's own is assigned only when what it allows has been seen", async () => {
    const { inputs, ...rest } = named(made, rotator);
    const one = shown({ inputs, ...rest });
    const definition = shown(named(made, "azure-access-rotator-role"));
    expect(await check(rule("azure-least-privilege"), [definition, one])).toEqual([]);
    expect(await check(rule("azure-least-privilege"), [one])).toHaveLength(1);
  });

  test.each([
    "azure-native:keyvault:AccessPolicy",
    "azure-native:authorization:PimRoleAssignmentSchedule",
    "azure-native_authorization_v20201001:authorization:PimRoleAssignmentSchedule",
  ])("no %s", async (type) => {
    expect(await check(rule("azure-least-privilege"), [{ type }])).toHaveLength(1);
  });
});

test.each<[string, Change, string]>([
  ["no TLS", set("issuer", "http://token.actions.githubusercontent.com"), "no https:// address"],
  ["an issuer to come", set("issuer", unknown), "issuer: is not known"],
  ["a wildcard", set("subject", "repo:promptsentinelai/prompt-sentinel:*"), "has a wildcard"],
  ["no subject", set("subject", undefined), "subject: is missing"],
  ["a subject to come", set("subject", unknown), "subject: is missing"],
  ["a repository", set("subject", "repo:a/b"), "many runs of GitHub have"],
  ["a repository's owner", set("subject", "repository_owner:a"), "many runs of GitHub have"],
  ["another order", set("subject", "environment:prod:repo:a/b"), "many runs of GitHub have"],
  ["no audience", set("audiences", []), "are not exactly one"],
  ["two audiences", set("audiences", ["a", "b"]), "are not exactly one"],
  ["audiences to come", set("audiences", unknown), "are not exactly one"],
  ["a pattern", set("claimsMatchingExpression", { value: "a" }), "matches subjects by a pattern"],
])("azure-narrow-trust refuses %s", async (_, change, says) => {
  const one = "azure-ci-apply-token-repo-promptsentinelai-prompt-sentinel-environment-prod";
  expect(await reportedOf("azure-narrow-trust", made, one, change)).toContain(says);
});
