import { isWithin, matchesAction, type Permission } from "../../support/azureActions";
import { conditionOf } from "../../support/azureConditions";
import { rbacOf, type Question, type Resources } from "../../support/azureRbac";
import { authorizeFor, callOf } from "../../support/azureVault";

const group = "/subscriptions/1/resourceGroups/a";
const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv`;
const me = "00000000-0000-4000-8000-000000000001";
const roles = {
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  contributor: "f25e0fa2-a7c8-4377-a976-54943a77a395",
  officer: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  user: "4633458b-17de-408a-b874-0445c86b69e6",
};
const granted = (roleId: string, inputs: object = {}): Resources => [
  {
    name: "one",
    type: "azure-native:authorization:RoleAssignment",
    inputs: {
      principalId: me,
      roleDefinitionId: `/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      scope: vault,
      ...inputs,
    },
  },
];
const asking = (resources: Resources, more: Partial<Question> & { action: string }): boolean =>
  rbacOf(resources).allowed({ principalId: me, plane: "management", scope: vault, ...more });
const get = "Microsoft.KeyVault/vaults/secrets/getSecret/action";

describe("the stand-in for Azure RBAC", () => {
  test.each([
    ["*/read", "Microsoft.KeyVault/vaults/read", true],
    ["*/read", "Microsoft.KeyVault/vaults/write", false],
    ["Microsoft.KeyVault/*", "Microsoft.KeyVault/vaults/secrets/write", true],
    ["Microsoft.KeyVault/vaults/*/read", "microsoft.keyvault/vaults/keys/READ", true],
    ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/read", false],
    ["Microsoft.KeyVault/vaults/read", "MicrosoftxKeyVault/vaults/read", false],
    ["Microsoft.KeyVault/vaults", "Microsoft.KeyVault/vaults/read", false],
  ])("%s has %s: %j", (pattern, action, expected) => {
    expect(matchesAction(pattern, action)).toBe(expected);
  });

  test.each([
    [vault, vault, true],
    [`${vault}/secrets/one`, vault, true],
    [vault.toUpperCase(), vault, true],
    [vault, "/", true],
    [`${vault}-2`, vault, false],
    [group, vault, false],
  ])("%s is within %s: %j", (scope, outer, expected) => {
    expect(isWithin(scope, outer)).toBe(expected);
  });

  test("what a role takes off is not there, and another role gives it all the same", () => {
    const action = "Microsoft.KeyVault/locations/deletedVaults/purge/action";
    expect(asking(granted(roles.contributor), { action: "Microsoft.KeyVault/vaults/write" })).toBe(
      true,
    );
    expect(asking(granted(roles.contributor), { action })).toBe(false);
    const purger = ownRole([{ actions: [action], notActions: [] }]);
    expect(asking([...granted(roles.contributor), ...purger], { action })).toBe(true);
  });

  test.each([
    ["reader", false],
    ["contributor", false],
    ["user", true],
    ["officer", true],
  ] as const)("%s reads values: %j", (role, expected) => {
    expect(authorizeFor(granted(roles[role]))(me, get, "one")).toBe(expected);
  });

  test("data is asked of the roles only where the vault has them", () => {
    const withVault = (enableRbacAuthorization: boolean): Resources => [
      ...granted(roles.user),
      {
        name: "vault",
        type: "azure-native:keyvault:Vault",
        inputs: { properties: { enableRbacAuthorization } },
      },
    ];
    expect(authorizeFor(withVault(true))(me, get, "one")).toBe(true);
    expect(authorizeFor(withVault(false))(me, get, "one")).toBe(false);
  });

  test("a condition that is written for a value keeps the list too, which has no name", () => {
    const names =
      "@Resource[Microsoft.KeyVault/vaults/secrets:name] ForAnyOfAnyValues:StringEquals {'one'}";
    const bound = granted(roles.user, { condition: names, conditionVersion: "2.0" });
    const may = authorizeFor(bound);
    const list = "Microsoft.KeyVault/vaults/secrets/readMetadata/action";
    expect([may(me, get, "one"), may(me, get, "two"), may(me, list, "")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("the name of a new secret is the request's, and no attribute of a resource", () => {
    const set = callOf(vault, get.replace("getSecret", "setSecret"), "one");
    expect(set.request).toEqual({ "Microsoft.KeyVault/vaults/secrets:name": "one" });
    expect(set.resource).toEqual({ "Microsoft.KeyVault/vaults:name": "kv" });
  });

  test.each([
    ["an unknown role", granted("11111111-0000-4000-8000-000000000000"), /no role 11111111/],
    ["a condition without its version", granted(roles.user, { condition: "!(x)" }), /version 2/],
    [
      "a scope that the role does not name",
      ownRole([], ["/subscriptions/2"]),
      /cannot be assigned/,
    ],
  ])("%s is an error", (_, resources, error) => {
    expect(() => rbacOf(resources)).toThrow(error);
  });
});

function ownRole(permissions: readonly Partial<Permission>[], scopes = [group]): Resources {
  const id = "22222222-0000-4000-8000-000000000000";
  const none = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
  const inputs = {
    roleDefinitionId: id,
    assignableScopes: scopes,
    permissions: permissions.map((permission) => ({ ...none, ...permission })),
  };
  return [
    { name: "role", type: "azure-native:authorization:RoleDefinition", inputs },
    ...granted(id),
  ];
}

describe("the stand-in for conditions", () => {
  const asked = { action: "A/b/write", request: { "A/b:name": "x" }, resource: {} };
  const yes = "ActionMatches{'A/b/write'}";
  const no = "ActionMatches{'A/b/read'}";

  test.each([
    [yes, true],
    [no, false],
    ["ActionMatches{'A/*'}", true],
    [`!(${no})`, true],
    [`NOT ${yes}`, false],
    [`${yes} AND ${no}`, false],
    [`${no} OR ${yes}`, true],
    [`(${no} AND ${no}) OR ${yes}`, true],
    [`${no} AND (${no} OR ${yes})`, false],
    ["@Request[A/b:name] StringEquals 'x'", true],
    ["@Request[A/b:name] StringEquals 'X'", false],
    ["@Resource[A/b:name] StringEquals 'x'", false],
    ["!(@Resource[A/b:name] StringEquals 'x')", true],
    ["@Request[A/b:name] ForAnyOfAnyValues:StringEquals {'y', 'x'}", true],
    ["@Request[A/b:name] ForAnyOfAnyValues:StringEquals {'y'}", false],
  ])("%s: %j", (condition, expected) => {
    expect(conditionOf(condition)(asked)).toBe(expected);
  });

  test("an id is one in capitals too", () => {
    const id = "4633458b-17de-408a-b874-0445c86b69e6";
    const condition = conditionOf(`@Request[A/b:id] ForAnyOfAnyValues:GuidEquals {${id}}`);
    expect(condition({ ...asked, request: { "A/b:id": id.toUpperCase() } })).toBe(true);
  });

  test.each([
    ["", /too soon/],
    [`${yes} AND`, /too soon/],
    [`(${yes}`, /\) is missing/],
    [`${yes} ${no}`, /one too many/],
    [`${yes} AND ${no} OR ${yes}`, /needs \( \)/],
    [`${yes} && ${no}`, /cannot read/],
    ["@Request[A/b:name] StringLike 'x*'", /not known here/],
    ["@Principal[A/b:name] StringEquals 'x'", /not known here/],
    ["@Request[A/b:name] ForAllOfAnyValues:StringEquals {'x'}", /not known here/],
    ["@Request[A/b:name] ForAnyOfAnyValues:GuidEquals {'x'}", /no value/],
    ["Exists @Request[A/b:name]", /not known here/],
  ])("%s is an error", (condition, error) => {
    expect(() => conditionOf(condition)).toThrow(error);
  });
});
