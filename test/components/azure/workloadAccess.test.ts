import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { max, min } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { documentOf } from "../../fixtures/documentOf";
import { named, ofType, type Recorded } from "../../support/mocks";

const assignmentType = "azure-native:authorization:RoleAssignment";
const definitionType = "azure-native:authorization:RoleDefinition";
const credentialType = "azure-native:managedidentity:FederatedIdentityCredential";

const resourcesOf = async (raw: unknown): Promise<readonly Recorded[]> =>
  (await deploy(parseConfig(raw, platforms))).resources;
const ofAccess = (resources: readonly Recorded[]): readonly Recorded[] =>
  resources.filter(({ parent }) => parent?.includes("WorkloadAccess"));
const scopeOf = ({ inputs }: Recorded): string =>
  String(inputs["scope"]).split("/providers/Microsoft.KeyVault/")[1] ?? "";

const vault = "vaults/kv-prompt-sentinel";

test("each grant is on one secret, the operator's on the vault", async () => {
  const grants = ofType(ofAccess(await resourcesOf(max)), assignmentType);
  expect(Object.fromEntries(grants.map((one) => [one.name, scopeOf(one)]))).toEqual({
    "azure-access-app-on-anthropic": `${vault}/secrets/anthropic-api-key`,
    "azure-access-app-on-openai": `${vault}/secrets/openai-api-key`,
    "azure-access-app-on-gemini": `${vault}/secrets/gemini-api-key`,
    "azure-access-app-on-redis": `${vault}/secrets/cache-password`,
    "azure-access-app-on-gdpr": `${vault}/secrets/gdpr-master-key`,
    "azure-access-ci-on-snyk": `${vault}/secrets/snyk-token`,
    "azure-access-rotator-function-on-anthropic": `${vault}/secrets/anthropic-api-key`,
    "azure-access-rotator-function-on-openai": `${vault}/secrets/openai-api-key`,
    "azure-access-rotator-function-on-gemini": `${vault}/secrets/gemini-api-key`,
    "azure-access-rotator-function-on-redis": `${vault}/secrets/cache-password`,
    "azure-access-rotator-function-on-snyk": `${vault}/secrets/snyk-token`,
    "azure-access-operator-platform-on-vault": vault,
  });
});

test("before the first values readers have nothing, neither on a secret nor on the vault", async () => {
  const raw = changed(max, "azure.secrets.seeded", []);
  const grants = ofType(ofAccess(await resourcesOf(raw)), assignmentType);
  expect(grants.map(({ name }) => name)).toEqual(["azure-access-operator-platform-on-vault"]);
});

test("a key that is seeded gets its readers, and no other does", async () => {
  const raw = changed(max, "azure.secrets.seeded", ["snyk"]);
  const grants = ofType(ofAccess(await resourcesOf(raw)), assignmentType);
  expect(grants.map(({ name }) => name).sort()).toEqual([
    "azure-access-ci-on-snyk",
    "azure-access-operator-platform-on-vault",
    "azure-access-rotator-function-on-snyk",
  ]);
});

describe("every assignment", () => {
  test("says of whom its principal is, and replaces rather than changes", async () => {
    const grants = ofType(await resourcesOf(max), assignmentType);
    expect(grants.length).toBeGreaterThan(12);
    for (const { inputs } of grants) {
      expect(["ServicePrincipal", "Group"]).toContain(inputs["principalType"]);
      expect(inputs["roleAssignmentName"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-/);
      expect(inputs["principalId"]).toBeDefined();
    }
    expect(new Set(grants.map(({ inputs }) => inputs["roleAssignmentName"])).size).toBe(
      grants.length,
    );
  });

  test("has a GUID that stays: it names the assignment in Azure", async () => {
    const { inputs } = named(await resourcesOf(max), "azure-access-app-on-openai");
    expect(inputs["roleAssignmentName"]).toBe("c9bd14f1-443e-50de-9268-a7879917415a");
  });

  test("that has no condition has no version of one", async () => {
    for (const { inputs } of ofType(await resourcesOf(min), assignmentType)) {
      expect(inputs).not.toHaveProperty("condition");
      expect(inputs).not.toHaveProperty("conditionVersion");
    }
  });
});

test("roles of our own write without reading, and delete nothing", async () => {
  const roles = ofType(ofAccess(await resourcesOf(max)), definitionType);
  const secrets = "Microsoft.KeyVault/vaults/secrets";
  const write = [`${secrets}/setSecret/action`, `${secrets}/update/action`];
  const meta = `${secrets}/readMetadata/action`;
  const permissionsOf = ({ inputs }: Recorded): unknown => inputs["permissions"];
  const none = { actions: [], notActions: [], notDataActions: [] };
  expect(roles.map(permissionsOf)).toEqual([
    [{ ...none, dataActions: [...write, meta] }],
    [{ ...none, dataActions: [`${secrets}/getSecret/action`, ...write, meta] }],
  ]);
  for (const { inputs } of roles) {
    expect(inputs["assignableScopes"]).toEqual([
      "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/rg-prompt-sentinel",
    ]);
  }
});

describe("credentials", () => {
  const inputsOf = async () =>
    ofType(ofAccess(await resourcesOf(max)), credentialType).map(
      ({ inputs: { issuer, subject, audiences, resourceName } }) => [
        ...[resourceName, issuer, subject, audiences],
      ],
    );

  test("are one issuer, one subject and one audience each", async () => {
    const github = "https://token.actions.githubusercontent.com";
    expect(await inputsOf()).toEqual([
      [
        "promptsentinel-prod-app",
        expect.stringMatching(/^https:\/\/germanywestcentral\.oic\.prod-aks\.azure\.com\//),
        "system:serviceaccount:prompt-sentinel:prompt-sentinel",
        ["api://AzureADTokenExchange"],
      ],
      [
        "promptsentinel-prod-ci",
        github,
        "repo:promptsentinelai/prompt-sentinel:environment:security-scan",
        ["api://AzureADTokenExchange"],
      ],
      [
        "promptsentinel-prod-ci",
        github,
        "repo:promptsentinelai@1/prompt-sentinel@123456:environment:security-scan",
        ["api://AzureADTokenExchange"],
      ],
    ]);
  });

  test("of one identity are made one after another", async () => {
    const [, first, second] = ofType(ofAccess(await resourcesOf(max)), credentialType);
    expect(second?.dependsOn.some((urn) => urn.endsWith(`::${String(first?.name)}`))).toBe(true);
  });
});

test("break-glass is eligible until its day, and assigned nothing", async () => {
  const resources = ofAccess(await resourcesOf(max));
  const [eligible, ...more] = ofType(
    resources,
    "azure-native:authorization:PimRoleEligibilitySchedule",
  );
  expect(more).toEqual([]);
  expect(eligible?.inputs).toMatchObject({
    principalId: "5e6f7a8b-9c0d-4e1f-8a3b-4c5d6e7f8a9b",
    scheduleInfo: {
      startDateTime: "2026-12-01T00:00:00Z",
      expiration: { type: "AfterDuration", duration: "PT2592000S" },
    },
  });
  expect(String(eligible?.inputs["roleDefinitionId"])).toMatch(
    /4633458b-17de-408a-b874-0445c86b69e6$/,
  );
  const grants = ofType(resources, assignmentType);
  expect(grants.filter(({ name }) => name.includes("breakGlass"))).toEqual([]);
});

test("the wiring says how each logs in", async () => {
  const wiring = await documentOf(max);
  const { app, operator } = wiring.platforms["azure"]?.identities ?? {};
  expect(app?.logins["aks"]).toStrictEqual({
    identityId:
      "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/rg-prompt-sentinel/providers/Microsoft.ManagedIdentity/userAssignedIdentities/promptsentinel-prod-app",
    resourceGroup: "rg-prompt-sentinel",
    tenantId: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
    clientId: "client-of-azure-access-app",
    namespace: "prompt-sentinel",
    serviceAccount: "prompt-sentinel",
    issuer: expect.stringMatching(/^https:/) as unknown,
    "azure.workload.identity/client-id": "client-of-azure-access-app",
  });
  expect(Object.keys(app?.logins ?? {})).toEqual(["aks", "containerApps", "appService"]);
  expect(operator?.logins).toStrictEqual({
    platform: {
      objectId: "2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e",
      type: "Group",
      tenantId: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
    },
  });
});
