import { generateKeyPairSync } from "node:crypto";
import { loadStackConfig } from "../../cli/stackConfig";
import { parseConfig } from "../../infra/config";
import { noValueBearingResource } from "../../policies/rules/noValueBearingResource";
import { platforms } from "../../stacks/platforms";
import { deploy } from "../fixtures/deploy";
import { platformCases } from "../fixtures/platforms";
import type { Recorded } from "../support/mocks";
import { check, unknown, type Resource } from "./check";

const value = "sk-the-value-itself";
const endpoint = "vault:generic/endpoint:Endpoint";
const write = (path: unknown, data: unknown): Resource => ({
  type: endpoint,
  props: { path, dataJson: typeof data === "string" ? data : JSON.stringify(data) },
});

const publicKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
  type: "spki",
  format: "pem",
});

const whole = [
  { type: "aws:secretsmanager/secretVersion:SecretVersion" },
  { type: "aws:ssm/parameter:Parameter", props: { type: "SecureString" } },
  { type: "aws:iam/accessKey:AccessKey", props: { user: "ci" } },
  { type: "aws:cloudcontrol/resource:Resource", props: { desiredState: value } },
  { type: "azure-native:keyvault:Secret", props: { properties: { value } } },
  { type: "azure-native:keyvault/v20230701:Secret", props: { properties: { value } } },
  { type: "azure-native_keyvault_v20230701:keyvault:Secret", props: { properties: { value } } },
  { type: "azure-native:resources:Deployment", props: { properties: { template: value } } },
  { type: "azure-native:resources:DeploymentStackAtResourceGroup", props: { template: value } },
  { type: "azure-native:resources:AzureCliScript", props: { scriptContent: value } },
  { type: "gcp:secretmanager/secretVersion:SecretVersion", props: { secretDataWo: value } },
  { type: "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion" },
  { type: "gcp:projects/apiKey:ApiKey" },
  { type: "gcp:serviceaccount/key:Key" },
  { type: "gcp:storage/hmacKey:HmacKey" },
  { type: "kubernetes:core/v1:Secret", props: { stringData: { a: value } } },
  { type: "kubernetes:core/v1:SecretPatch" },
  { type: "vault:kv/secret:Secret" },
  { type: "vault:kv/secretV2:SecretV2", props: { dataJson: "{}" } },
  { type: "vault:generic/secret:Secret" },
  { type: "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId" },
  { type: "vault:index/token:Token" },
] satisfies Resource[];

test.each(whole)("refuses $type altogether", async (resource) => {
  const reported = await check(noValueBearingResource, [resource]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain("is refused: ");
  expect(reported[0]).not.toContain(value);
});

const set: readonly (Resource & { path: string })[] = [
  {
    path: "oidcClientSecret",
    type: "vault:jwt/authBackend:AuthBackend",
    props: { oidcClientSecret: value },
  },
  {
    path: "tokenReviewerJwt",
    type: "vault:kubernetes/authBackendConfig:AuthBackendConfig",
    props: { tokenReviewerJwt: value },
  },
  { path: "masterPassword", type: "aws:rds/cluster:Cluster", props: { masterPassword: value } },
  {
    path: "valueWo",
    type: "aws:ssm/parameter:Parameter",
    props: { type: "String", valueWo: value },
  },
  {
    path: "defaultActions.authenticateOidc.clientSecret",
    type: "aws:lb/listener:Listener",
    props: { defaultActions: [{ type: "x" }, { authenticateOidc: { clientSecret: value } }] },
  },
  {
    path: "osProfile.adminPassword",
    type: "azure-native:compute/v20240301:VirtualMachine",
    props: { osProfile: { adminPassword: value } },
  },
  {
    path: "configuration.secrets.value",
    type: "azure-native:app:ContainerApp",
    props: { configuration: { secrets: [{ name: "a", value }] } },
  },
  {
    path: "osProfile.adminPassword",
    type: "azure-native_compute_v20240301:compute:VirtualMachine",
    props: { osProfile: { adminPassword: value } },
  },
  {
    path: "webhookReceivers.serviceUri",
    type: "azure-native:monitor:ActionGroup",
    props: { webhookReceivers: [{ name: "a", serviceUri: `https://example.com/?key=${value}` }] },
  },
  {
    path: "logicAppReceivers.callbackUrl",
    type: "azure-native:monitor:ActionGroup",
    props: { logicAppReceivers: [{ name: "a", callbackUrl: `https://a/?sig=${value}` }] },
  },
  {
    path: "azureFunctionReceivers.httpTriggerUrl",
    type: "azure-native:monitor:ActionGroup",
    props: { azureFunctionReceivers: [{ name: "a", httpTriggerUrl: `https://a/?code=${value}` }] },
  },
  {
    path: "destination.endpointUrl",
    type: "azure-native:eventgrid:SystemTopicEventSubscription",
    props: { destination: { endpointType: "WebHook", endpointUrl: `https://a/?code=${value}` } },
  },
  {
    path: "destination.deliveryAttributeMappings.value",
    type: "azure-native:eventgrid:EventSubscription",
    props: { destination: { deliveryAttributeMappings: [{ name: "Authorization", value }] } },
  },
  {
    path: "properties.value",
    type: "azure-native:web:WebAppConnectionStrings",
    props: { properties: { main: { type: "SQLAzure", value } } },
  },
  {
    path: "httpLogs.azureBlobStorage.sasUrl",
    type: "azure-native:web:WebAppDiagnosticLogsConfiguration",
    props: { httpLogs: { azureBlobStorage: { sasUrl: `https://a/?sig=${value}` } } },
  },
  { path: "value", type: "azure-native:automation:Variable", props: { value } },
  {
    path: "rootPassword",
    type: "gcp:sql/databaseInstance:DatabaseInstance",
    props: { rootPassword: value },
  },
  {
    path: "repositoryOpts.password",
    type: "kubernetes:helm.sh/v4:Chart",
    props: { repositoryOpts: { password: value } },
  },
];

test.each(set)("refuses $path of $type", async ({ path, ...resource }) => {
  const reported = await check(noValueBearingResource, [resource]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(`${path} of ${resource.type} is set`);
  expect(reported[0]).not.toContain(value);
});

test("refuses a value that a preview does not know yet", async () => {
  const props = { tokenReviewerJwt: unknown };
  const type = "vault:kubernetes/authBackendConfig:AuthBackendConfig";
  expect(await check(noValueBearingResource, [{ type, props }])).toHaveLength(1);
  expect(await check(noValueBearingResource, [write("secret/metadata/a", unknown)])).toHaveLength(
    1,
  );
  expect(await check(noValueBearingResource, [write(unknown, {})])).toHaveLength(1);
});

test.each([
  { why: "a value", path: "secret/data/a", data: { data: { key: value } } },
  { why: "a value under metadata", path: "secret/metadata/a", data: { data: { key: value } } },
  {
    why: "a value in free metadata",
    path: "secret/metadata/a",
    data: { custom_metadata: { note: value } },
  },
  {
    why: "a value under the name of a setting",
    path: "secret/metadata/a",
    data: { custom_metadata: { key_rotation: value } },
  },
  {
    why: "a value of letters under the name of a setting",
    path: "secret/metadata/a",
    data: { custom_metadata: { key_rotation: "correct-horse" } },
  },
  {
    why: "a value instead of days",
    path: "secret/metadata/a",
    data: { custom_metadata: { key_max_age_days: value } },
  },
  { why: "a value instead of a number", path: "secret/metadata/a", data: { max_versions: value } },
  { why: "metadata of no kv mount", path: "sys/metadata/a", data: { max_versions: 1 } },
  { why: "an identity's metadata", path: "identity/metadata/a", data: { max_versions: 1 } },
  {
    why: "a login method's config",
    path: "auth/kubernetes/config",
    data: { token_reviewer_jwt: value },
  },
  {
    why: "an address with a credential in it",
    path: "auth/jwt/config",
    data: { bound_issuer: `https://me:${value}@example.com` },
  },
  {
    why: "an issuer that is not authenticated",
    path: "auth/jwt/config",
    data: { oidc_discovery_url: "http://example.com" },
  },
  {
    why: "a value among public keys",
    path: "auth/jwt/config",
    data: { jwt_validation_pubkeys: [`-----BEGIN PUBLIC KEY-----\n${value}`] },
  },
  { why: "a client's secret", path: "auth/jwt/config", data: { oidc_client_secret: value } },
  { why: "a SecretID", path: "auth/approle/role/app/custom-secret-id", data: { secret_id: value } },
  { why: "no JSON", path: "secret/metadata/a", data: value },
  { why: "no object", path: "secret/metadata/a", data: [value] },
])("refuses a raw write of $why", async ({ path, data }) => {
  const reported = await check(noValueBearingResource, [write(path, data)]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(`${endpoint} could carry a value: `);
  expect(reported[0]).not.toContain(value);
});

test.each<Resource>([
  write("secret/metadata/promptsentinel/llm", {
    max_versions: 10,
    cas_required: true,
    delete_version_after: "0s",
    custom_metadata: { anthropic_rotation: "staged", anthropic_max_age_days: "90" },
  }),
  write("auth/jwt/config", {
    bound_issuer: "https://token.actions.githubusercontent.com",
    oidc_discovery_url: "https://token.actions.githubusercontent.com",
  }),
  write("auth/team/jwt/config", { jwt_validation_pubkeys: [publicKey] }),
  write("team/kv/config", { max_versions: 10, cas_required: true }),
  { type: "aws:secretsmanager/secret:Secret", props: { name: "a", kmsKeyId: "alias/a" } },
  { type: "aws:ssm/parameter:Parameter", props: { type: "String", insecureValue: "a" } },
  {
    type: "aws:rds/cluster:Cluster",
    props: { masterPassword: "", manageMasterUserPassword: true },
  },
  { type: "aws:kms/grant:Grant", props: { keyId: "a" } },
  { type: "azure-native:keyvault:Vault", props: { properties: { tenantId: "a" } } },
  {
    type: "azure-native:app:ContainerApp",
    props: {
      configuration: { secrets: [{ name: "a", keyVaultUrl: "https://a.vault.azure.net/a" }] },
    },
  },
  {
    type: "azure-native:monitor:ActionGroup",
    props: { emailReceivers: [{ name: "a", emailAddress: "a@example.com" }] },
  },
  {
    type: "azure-native:eventgrid:SystemTopicEventSubscription",
    props: { destination: { endpointType: "MonitorAlert", severity: "Sev2" } },
  },
  { type: "gcp:secretmanager/secret:Secret", props: { secretId: "a" } },
  {
    type: "gcp:cloudrunv2/service:Service",
    props: {
      template: { containers: [{ envs: [{ valueSource: { secretKeyRef: { secret: "a" } } }] }] },
    },
  },
  { type: "vault:index/audit:Audit", props: { options: { file_path: "/var/log/a" } } },
  { type: "vault:jwt/authBackend:AuthBackend", props: { jwtValidationPubkeys: ["a"] } },
  {
    type: "vault:kubernetes/authBackendConfig:AuthBackendConfig",
    props: { kubernetesCaCert: "a", kubernetesHost: "https://a" },
  },
  { type: "constructor", props: {} },
])("accepts $type: $props", async (resource) => {
  expect(await check(noValueBearingResource, [resource])).toStrictEqual([]);
});

/** A secret input as the engine gives it to a policy: unwrapped. */
const unwrapped = ({ type, name, inputs }: Recorded): Resource => ({
  type,
  name,
  props: Object.fromEntries(
    Object.entries(inputs).map(([key, input]) => [
      key,
      typeof input === "object" && input !== null && "value" in input ? input.value : input,
    ]),
  ),
});

describe("accepts all resources of this program", () => {
  test.each(["dev", "prod"])("stack %s", async (stack) => {
    const { resources } = await deploy(await loadStackConfig(stack));
    expect(resources.map(({ type }) => type)).toContain(endpoint);
    expect(await check(noValueBearingResource, resources.map(unwrapped))).toStrictEqual([]);
  });

  test.each(platformCases)("platform $name", async ({ min, max }) => {
    for (const config of [min, max]) {
      const { resources } = await deploy(parseConfig(config, platforms));
      expect(resources.length).toBeGreaterThan(0);
      expect(await check(noValueBearingResource, resources.map(unwrapped))).toStrictEqual([]);
    }
  });
});
