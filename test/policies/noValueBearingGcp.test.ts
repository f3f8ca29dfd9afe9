import { join } from "node:path";
import { noValueBearingResource } from "../../policies/rules/noValueBearingResource";
import { gcpByHand } from "../../policies/valueBearing/byHandGcp";
import { interfacesOf, type Property } from "../../policies/valueBearing/interfaces";
import { check, unknown, type Resource } from "./check";

const sdk = join(__dirname, "..", "..", "node_modules", "@pulumi", "gcp");
const value = "AIza-the-value-itself";

test.each<Resource>([
  { type: "gcp:secretmanager/secretVersion:SecretVersion", props: { secretDataWo: value } },
  { type: "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion" },
  { type: "gcp:serviceaccount/key:Key", props: { serviceAccountId: "a" } },
  { type: "gcp:projects/apiKey:ApiKey" },
  { type: "gcp:storage/hmacKey:HmacKey", props: { serviceAccountEmail: "a@b.c" } },
  { type: "gcp:kms/secretCiphertext:SecretCiphertext", props: { plaintext: value } },
  { type: "gcp:deploymentmanager/deployment:Deployment", props: { target: value } },
  { type: "gcp:configdeployment/deployment:Deployment" },
  { type: "gcp:sql/sslCert:SslCert" },
  { type: "gcp:iam/oauthClientCredential:OauthClientCredential" },
  { type: "gcp:iam/workforcePoolProviderScimToken:WorkforcePoolProviderScimToken" },
  { type: "gcp:firestore/userCreds:UserCreds" },
])("refuses $type altogether", async (resource) => {
  const reported = await check(noValueBearingResource, [resource]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain("is refused: ");
  expect(reported[0]).not.toContain(value);
});

const notificationChannel = "gcp:monitoring/notificationChannel:NotificationChannel";
const subscription = "gcp:pubsub/subscription:Subscription";
const oidc = "oidc.clientSecret.value";

test.each<Resource & { path: string }>([
  { path: "passwordWo", type: "gcp:sql/user:User", props: { passwordWo: value } },
  {
    path: "rootPassword",
    type: "gcp:sql/databaseInstance:DatabaseInstance",
    props: { rootPassword: value },
  },
  {
    path: "clientKey",
    type: "gcp:sql/sourceRepresentationInstance:SourceRepresentationInstance",
    props: { clientKey: value },
  },
  {
    path: `${oidc}.plainText`,
    type: "gcp:iam/workforcePoolProvider:WorkforcePoolProvider",
    props: { oidc: { clientSecret: { value: { plainText: value } } } },
  },
  {
    path: "bootDisk.diskEncryptionKeyRaw",
    type: "gcp:compute/instance:Instance",
    props: { bootDisk: { diskEncryptionKeyRaw: value } },
  },
  {
    path: "masterAuth.clientCertificateConfig",
    type: "gcp:container/cluster:Cluster",
    props: { masterAuth: { clientCertificateConfig: { issueClientCertificate: true } } },
  },
  {
    path: "sensitiveLabels.authToken",
    type: notificationChannel,
    props: { type: "slack", sensitiveLabels: { authToken: value } },
  },
  {
    path: "sensitiveLabels.serviceKey",
    type: notificationChannel,
    props: { type: "pagerduty", sensitiveLabels: { serviceKey: value } },
  },
  {
    path: "labels.auth_token",
    type: notificationChannel,
    props: { type: "slack", labels: { auth_token: value } },
  },
  {
    path: "labels.url",
    type: notificationChannel,
    props: { type: "webhook_tokenauth", labels: { url: `https://a/?token=${value}` } },
  },
  {
    path: "httpTarget.headers",
    type: "gcp:cloudscheduler/job:Job",
    props: { httpTarget: { uri: "https://a", headers: { Authorization: value } } },
  },
  {
    path: "httpCheck.headers",
    type: "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
    props: { httpCheck: { headers: { Authorization: value } } },
  },
  {
    path: "pushConfig.pushEndpoint",
    type: subscription,
    props: { pushConfig: { pushEndpoint: `https://a/?token=${value}` } },
  },
  {
    path: "pushConfig.pushEndpoint",
    type: subscription,
    props: { pushConfig: { pushEndpoint: `https://me:${value}@a/` } },
  },
  {
    path: "pushConfig.pushEndpoint",
    type: subscription,
    props: { pushConfig: { pushEndpoint: unknown } },
  },
  {
    path: "md5AuthenticationKeys.key",
    type: "gcp:compute/router:Router",
    props: { md5AuthenticationKeys: { name: "a", key: value } },
  },
])("refuses $path of $type", async ({ path, ...resource }) => {
  const reported = await check(noValueBearingResource, [resource]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(`${path} of ${resource.type} is set`);
  expect(reported[0]).not.toContain(value);
});

test.each<Resource>([
  { type: "gcp:secretmanager/regionalSecret:RegionalSecret", props: { secretId: "a" } },
  { type: notificationChannel, props: { type: "email", labels: { email_address: "a@b.c" } } },
  { type: subscription, props: { pushConfig: { pushEndpoint: "https://a/push", oidcToken: {} } } },
  {
    type: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    props: { oidc: { issuerUri: "https://a", jwksJson: "{}" } },
  },
  {
    type: "vault:database/secretsMount:SecretsMount",
    props: { elasticsearches: [{ clientKey: "/etc/key.pem" }] },
  },
])("accepts $type: $props", async (resource) => {
  expect(await check(noValueBearingResource, [resource])).toStrictEqual([]);
});

/** Labels of a channel and parameters of a transfer are maps, whose keys no type names. */
const ofMap = /^(labels|params)\./;

test.each(gcpByHand)("$type is in the SDK, with $arguments", ({ type, arguments: paths = [] }) => {
  const inputs = interfacesOf(join(sdk, "types", "input.d.ts"));
  const [, module = "", file = "", kind = ""] = /^gcp:(\w+)\/(\w+):(\w+)$/.exec(type) ?? [];
  const args = interfacesOf(join(sdk, module, `${file}.d.ts`)).get(`${kind}Args`);
  expect(args).toBeDefined();
  for (const path of paths) {
    const steps = (ofMap.exec(path) ? path.split(".").slice(0, 1) : path.split(".")).values();
    let properties: readonly Property[] = args ?? [];
    for (const step of steps) {
      const found = properties.find(({ name }) => name === step);
      expect([path, found?.name]).toEqual([path, step]);
      properties = (found?.refs ?? []).flatMap((ref) => inputs.get(ref) ?? []);
    }
  }
});
