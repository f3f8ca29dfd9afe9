import { join } from "node:path";
import { loadStackConfig } from "../../cli/stackConfig";
import { credentialsIn } from "../../policies/providerCredentials";
import { noProviderCredential } from "../../policies/rules/noProviderCredential";
import { interfacesOf, type Property } from "../../policies/valueBearing/interfaces";
import { packages } from "../../policies/valueBearing/scan";
import { deploy } from "../fixtures/deploy";
import { check, unknown } from "./check";

const value = "s.the-credential-itself";

/** Provider inputs that are not texts reach the engine as JSON. */
const json = (input: unknown): string => JSON.stringify(input);

const kubeconfig = (user: object): string => `users:\n- name: a\n  user: ${json(user)}\n`;

test.each([
  ["vault", "token", { token: value }],
  ["vault", "token", { token: unknown }],
  ["vault", "token", { token: "1234567890" }],
  ["vault", "authLoginUserpass.password", { authLoginUserpass: json({ password: value }) }],
  [
    "vault",
    "authLogin.parameters",
    { authLogin: json({ path: "a", parameters: { role: value } }) },
  ],
  ["vault", "authLoginJwt.jwt", { authLoginJwt: json({ jwt: value }) }],
  ["vault", "headers", { headers: json([{ name: "Authorization", value }]) }],
  ["aws", "secretKey", { secretKey: value }],
  [
    "aws",
    "assumeRoleWithWebIdentity.webIdentityToken",
    {
      assumeRoleWithWebIdentity: json({ webIdentityToken: value }),
    },
  ],
  ["aws", "httpsProxy", { httpsProxy: `http://me:${value}@proxy` }],
  ["azure-native", "clientSecret", { clientSecret: value }],
  ["azure-native", "oidcToken", { oidcToken: value }],
  ["gcp", "accessToken", { accessToken: value }],
  ["gcp", "credentials", { credentials: json({ private_key: value }) }],
  [
    "gcp",
    "externalCredentials.identityToken",
    { externalCredentials: json({ audience: "a", identityToken: value }) },
  ],
  ["kubernetes", "kubeconfig", { kubeconfig: kubeconfig({ token: value }) }],
  ["kubernetes", "kubeconfig", { kubeconfig: kubeconfig({ "client-key-data": value }) }],
  ["kubernetes", "kubeconfig", { kubeconfig: kubeconfig({ password: value, username: "a" }) }],
  ["kubernetes", "kubeconfig", { kubeconfig: kubeconfig({ "auth-provider": { name: "a" } }) }],
  ["kubernetes", "kubeconfig", { kubeconfig: json({ users: [{ user: { token: value } }] }) }],
  ["kubernetes", "kubeconfig", { kubeconfig: kubeconfig({}) + "- user: {token: a}\n" }],
  [
    "kubernetes",
    "kubeconfig",
    { kubeconfig: kubeconfig({ exec: { env: [{ name: "AWS_SECRET_ACCESS_KEY", value }] } }) },
  ],
  [
    "kubernetes",
    "kubeconfig",
    { kubeconfig: kubeconfig({ exec: { args: ["get-token", "--client-secret", value] } }) },
  ],
  [
    "kubernetes",
    "kubeconfig",
    { kubeconfig: kubeconfig({ exec: { args: [`--oidc-client-secret=${value}`] } }) },
  ],
  [
    "kubernetes",
    "kubeconfig",
    { kubeconfig: `clusters: [{cluster: {proxy-url: "http://me:${value}@proxy"}}]\nusers: []\n` },
  ],
  ["kubernetes", "kubeconfig", { kubeconfig: unknown }],
  ["kubernetes", "kubeconfig", { kubeconfig: `not: a\nkubeconfig: ${value}` }],
  ["github", "token", { token: value }],
] as const)("refuses %s: %s", async (provider, path, props) => {
  const reported = await check(noProviderCredential, [
    { type: `pulumi:providers:${provider}`, props },
  ]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(`${path} of the ${provider} provider holds a credential`);
  expect(reported[0]).not.toContain(value);
});

test.each([
  [
    "vault",
    { address: "https://a", token: "", skipChildToken: "true", tokenName: "a", caCertFile: "/a" },
  ],
  ["vault", { authLoginTokenFile: json({ filename: "/a" }), clientAuth: json({ keyFile: "/a" }) }],
  ["aws", { region: "eu-west-1", profile: "a", skipCredentialsValidation: "false" }],
  ["aws", { sharedCredentialsFiles: json(["/a"]), httpsProxy: "http://proxy:3128" }],
  ["azure-native", { useDefaultAzureCredential: "true", clientId: "a", oidcTokenFilePath: "/a" }],
  ["gcp", { project: "a", credentials: "/etc/gcp.json" }],
  // Who is impersonated is no credential: whoever runs has to be let.
  [
    "gcp",
    { impersonateServiceAccount: "a@b.iam.gserviceaccount.com", userProjectOverride: "true" },
  ],
  ["kubernetes", { kubeconfig: "~/.kube/config", context: "a" }],
  ["kubernetes", { kubeconfig: kubeconfig({ exec: { command: "aws" } }) }],
  [
    "kubernetes",
    {
      kubeconfig: kubeconfig({
        exec: {
          ...{ command: "kubelogin", args: ["get-token", "--login=azurecli", "--server-id", "a"] },
          env: [{ name: "AWS_PROFILE", value: "a" }],
        },
      }),
    },
  ],
  ["kubernetes", { kubeconfig: kubeconfig({ "client-certificate": "/a", "client-key": "/b" }) }],
] as const)("accepts %s: %o", async (provider, props) => {
  const type = `pulumi:providers:${provider}`;
  expect(await check(noProviderCredential, [{ type, props }])).toStrictEqual([]);
});

test("looks at providers alone", async () => {
  expect(
    await check(noProviderCredential, [{ type: "a:b:C", props: { token: value } }]),
  ).toStrictEqual([]);
});

/** Every input that an SDK's provider takes, filled with a text that could be a credential. */
function allInputs(provider: string): Record<string, unknown> {
  const root = join(__dirname, "..", "..", "node_modules", "@pulumi", provider);
  const inputs = interfacesOf(join(root, "types", "input.d.ts"));
  const fill = (properties: readonly Property[]): Record<string, unknown> =>
    Object.fromEntries(
      properties.map(({ name, refs: [ref], text }) => [
        name,
        ref === undefined ? (text ? `-----BEGIN ${value}` : "true") : fill(inputs.get(ref) ?? []),
      ]),
    );
  return fill(interfacesOf(join(root, "provider.d.ts")).get("ProviderArgs") ?? []);
}

/** By hand: a new SDK with a new credential has to be looked at. */
const refused: Readonly<Record<(typeof packages)[number], readonly string[]>> = {
  aws: ["accessKey", "assumeRoleWithWebIdentity.webIdentityToken", "secretKey", "token"],
  "azure-native": ["clientCertificatePassword", "clientSecret", "oidcRequestToken", "oidcToken"],
  gcp: ["accessToken", "credentials", "externalCredentials.identityToken"],
  kubernetes: ["kubeconfig"],
  vault: [
    "authLogin.parameters",
    "authLoginAws.awsSecretAccessKey",
    "authLoginAws.awsSessionToken",
    "authLoginAzure.jwt",
    "authLoginGcp.credentials",
    "authLoginGcp.jwt",
    "authLoginJwt.distributedClaimAccessToken",
    "authLoginJwt.jwt",
    "authLoginKerberos.token",
    "authLoginRadius.password",
    "authLoginUserpass.password",
    "headers",
    "token",
  ],
};

test.each(packages)("of all inputs of the %s provider, refuses the credentials", (provider) => {
  const inputs = allInputs(provider);
  expect(Object.keys(inputs).length).toBeGreaterThan(10);
  expect([...credentialsIn(provider, inputs)].sort()).toStrictEqual(refused[provider]);
});

test.each([
  ["dev", 1],
  ["prod", 5],
])("accepts the providers of stack %s", async (stack, count) => {
  const { resources } = await deploy(await loadStackConfig(stack));
  const providers = resources
    .filter(({ type }) => type.startsWith("pulumi:providers:"))
    .map(({ type, name, inputs }) => ({ type, name, props: inputs }));
  expect(providers).toHaveLength(count);
  expect(await check(noProviderCredential, providers)).toStrictEqual([]);
});
