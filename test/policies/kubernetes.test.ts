import { loadStackConfig } from "../../cli/stackConfig";
import { parseConfig, type StackConfig } from "../../infra/config";
import { rules } from "../../policies/rules";
import { platforms } from "../../stacks/platforms";
import { changed } from "../fixtures/changed";
import { deploy } from "../fixtures/deploy";
import { max, minOf, outside, selfReading } from "../fixtures/kubernetes";
import { named, type Recorded } from "../support/mocks";
import { reportedOf, rule, set, shown, type Change } from "./changedStack";
import { check, unknown, type Resource } from "./check";

let made: readonly Recorded[];
beforeAll(async () => {
  made = (await deploy(parseConfig(max, platforms))).resources;
});

const parsed = (raw: unknown) => (): Promise<StackConfig> =>
  Promise.resolve(parseConfig(raw, platforms));

test.each<[string, () => Promise<StackConfig>, boolean]>([
  ["stack dev", () => loadStackConfig("dev"), false],
  ["stack prod", () => loadStackConfig("prod"), false],
  ["the fullest config", parsed(max), false],
  // What a cloud makes up is not known then, such as the annotations of accounts.
  ["a preview of the fullest config", parsed(max), true],
  ...(["vault", "aws", "azure", "gcp"] as const).map(
    (source) =>
      [`the smallest, of ${source}`, parsed(minOf(source)), false] as [
        string,
        () => Promise<StackConfig>,
        boolean,
      ],
  ),
  ["a Vault outside of the cluster", parsed(outside(__filename)), false],
  ["Pods that read by Vault's agent", parsed(selfReading("vault", "vaultAgent")), false],
  ["Pods that read by the CSI driver", parsed(selfReading("aws", "csi")), false],
])("the rules on Kubernetes accept %s", async (_, config, preview) => {
  const { resources } = await deploy(await config(), { preview });
  const ours = rules().filter(({ name }) => name.startsWith("kubernetes-"));
  expect(ours).toHaveLength(4);
  for (const one of ours) {
    expect([one.name, await check(one, resources.map(shown))]).toEqual([one.name, []]);
  }
});

const namespace = "kubernetes-store-namespace";
const enforce = "pod-security.kubernetes.io/enforce";
const labelled = (standard: unknown): Change =>
  set("metadata.labels", standard === undefined ? {} : { [enforce]: standard });
const egress = "kubernetes-access-egress";
const toAll = "0.0.0.0/0";
const https = [{ port: 443, protocol: "TCP" }];
const lets = (...rules: readonly object[]): Change => set("spec.egress", rules);
const block = (cidr: string, ...except: readonly string[]): object => ({
  ipBlock: { cidr, except },
});

test.each<[string, Change, string]>([
  [namespace, labelled(undefined), "enforce: got undefined"],
  [namespace, labelled("privileged"), "enforce: got privileged"],
  [namespace, labelled(unknown), "allowed: restricted, baseline"],
  [namespace, set("metadata", unknown), "enforce: got undefined"],
  ...["kubernetes-access-ci", "kubernetes-store-app-reader"].flatMap((account) =>
    [true, undefined, unknown].map((value): [string, Change, string] => [
      account,
      set("automountServiceAccountToken", value),
      "automountServiceAccountToken: is not off",
    ]),
  ),
  [egress, lets({}), "on every port, which is everything"],
  [egress, lets({ to: [] }), "on every port, which is everything"],
  [egress, lets({ to: [block("::/0", "fd00::/8")] }), "to ::/0 on every port"],
  [egress, lets({ to: [block(toAll, "169.254.0.0/16")] }), `to ${toAll} on every port`],
  [egress, lets({ to: [block("169.254.169.254/32")] }), "to 169.254.169.254, which tells"],
  [egress, lets({ to: [block("169.254.0.0/16", "169.254.170.0/24")] }), "which tells who"],
  [egress, lets({ to: [block(toAll)], ports: [{ port: 80 }] }), "to 169.254.169.254, which"],
  [egress, lets({ to: [block(toAll)], ports: [{ protocol: "TCP" }] }), "which tells who"],
  [egress, lets({ to: [block(toAll)], ports: [{ port: 1, endPort: 90 }] }), "which tells who"],
  [egress, lets({ ports: [{ port: 80 }] }), "to 169.254.169.254, which tells"],
  [egress, lets({ to: [block("::/0", "fe80::/10")], ports: [{ port: 80 }] }), "to fd00:ec2::254"],
  [egress, lets({ to: [block("fd20::/16")] }), "to fd20:ce::254, which tells"],
  [egress, lets({ to: [{}, block("169.254.169.254/32")] }), "which tells who"],
  [egress, set("spec", unknown), "spec.egress cannot be read"],
  [egress, set("spec.egress", unknown), "spec.egress cannot be read"],
  [egress, lets({ to: [block(unknown)], ports: https }), "spec.egress cannot be read"],
])("kubernetes-guarded-secrets refuses of %s: %#", async (resource, change, says) => {
  expect(await reportedOf("kubernetes-guarded-secrets", made, resource, change)).toContain(says);
});

test.each<[string, Change]>([
  [namespace, labelled("baseline")],
  [egress, set("spec.egress", undefined)],
  [egress, lets()],
  [egress, lets({ to: [{ podSelector: {} }] })],
  [egress, lets({ to: [block("10.0.0.0/8")] })],
  [egress, lets({ to: [block(toAll)], ports: [{ port: 80, protocol: "UDP" }] })],
  [egress, lets({ to: [block(toAll)], ports: [{ port: 81, endPort: 90 }] })],
  [egress, lets({ to: [block(toAll, "169.254.169.254/32")], ports: [{ port: 80 }] })],
])("kubernetes-guarded-secrets accepts of %s: %#", async (resource, change) => {
  expect(await reportedOf("kubernetes-guarded-secrets", made, resource, change)).toBe("");
});

const patches: readonly [string, object, number][] = [
  ["kubernetes:core/v1:NamespacePatch", { metadata: { labels: { team: "a" } } }, 0],
  ["kubernetes:core/v1:NamespacePatch", { metadata: { labels: { [enforce]: "privileged" } } }, 1],
  ["kubernetes:core/v1:ServiceAccountPatch", { metadata: {} }, 0],
  ["kubernetes:core/v1:ServiceAccountPatch", { automountServiceAccountToken: true }, 1],
  // By CustomResource, whose types have no name for the core group.
  ["kubernetes:v1:Namespace", {}, 1],
  ["kubernetes:v1:ServiceAccount", {}, 1],
  ["kubernetes:other.example.com/v1:Namespace", {}, 0],
  ["kubernetes:yaml:ConfigFile", {}, 0],
];
test.each(patches)("of %s with %j", async (type, props, count) => {
  const resource = { type, props: { ...props } };
  expect(await check(rule("kubernetes-guarded-secrets"), [resource])).toHaveLength(count);
});

const store = "kubernetes-store-app-store";
const provider = "spec.provider";
const reference = { name: "a", key: "b" };

test.each<[Change, string]>([
  [set(provider, undefined), "names no service account"],
  [set(provider, unknown), "names no service account"],
  [set(`${provider}.azurekv.serviceAccountRef`, undefined), "names no service account"],
  [set(`${provider}.azurekv.serviceAccountRef`, {}), "names no service account"],
  [set(`${provider}.azurekv.serviceAccountRef.name`, unknown), "names no service account"],
  [
    set(`${provider}.azurekv.authSecretRef`, { clientId: reference }),
    "azurekv.authSecretRef: logs",
  ],
  [
    set(`${provider}.vault`, { auth: { tokenSecretRef: reference } }),
    "vault.auth.tokenSecretRef: logs in by what stands in a Secret",
  ],
  [
    set(`${provider}.vault`, { auth: { appRole: { secretRef: reference } } }),
    "vault.auth.appRole.secretRef: logs",
  ],
  [set(`${provider}.aws`, { auth: { secretRef: reference } }), "aws.auth.secretRef: logs"],
  [set(`${provider}.gcpsm`, { auth: { secretRef: unknown } }), "gcpsm.auth.secretRef: logs"],
])("a store logs in as an account of its own: %#", async (change, says) => {
  expect(await reportedOf("kubernetes-narrow-trust", made, store, change)).toContain(says);
});

const conditions: readonly [unknown, string][] = [
  [undefined, "spec.conditions: are none"],
  [[], "spec.conditions: are none"],
  [unknown, "spec.conditions: are none, or not known"],
  [[{}], "names no namespace and no label"],
  [[unknown], "names no namespace and no label"],
  [[{ namespaces: [] }], "names no namespace and no label"],
  [[{ namespaceSelector: {} }], "names no namespace and no label"],
  [[{ namespaceSelector: { matchLabels: {} } }], "names no namespace and no label"],
  [[{ namespaces: ["a"] }, {}], "names no namespace and no label"],
  [[{ namespaces: ["a"], namespaceSelector: {} }], "names no namespace and no label"],
  [[{ namespaces: ["a"], namespaceRegexes: [".*"] }], "fits names that are still to come"],
];
const clusterStore = (given: unknown): Resource => ({
  type: "kubernetes:external-secrets.io/v1:ClusterSecretStore",
  props: {
    spec: {
      provider: { azurekv: { serviceAccountRef: { name: "a", namespace: "b" } } },
      conditions: given,
    },
  },
});
test.each(conditions)("a store of the whole cluster is not for %j", async (given, says) => {
  const [problem, ...more] = await check(rule("kubernetes-narrow-trust"), [clusterStore(given)]);
  expect(problem).toContain(says);
  expect(more).toEqual([]);
});

test.each([
  [[{ namespaces: ["a"] }]],
  [[{ namespaceSelector: { matchLabels: { team: "a" } } }]],
  [[{ namespaceSelector: { matchExpressions: [{ key: "team", operator: "Exists" }] } }]],
])("a store of the whole cluster may be for %j", async (given) => {
  expect(await check(rule("kubernetes-narrow-trust"), [clusterStore(given)])).toEqual([]);
});

test.each<[string, object, number]>([
  ["ClusterExternalSecret", {}, 1],
  ["ClusterExternalSecret", { namespaceSelector: {} }, 1],
  ["ClusterExternalSecret", { namespaceSelectors: [{ matchLabels: { a: "b" } }, {}] }, 1],
  ["ClusterExternalSecret", { namespaceSelectors: unknown }, 1],
  ["ClusterExternalSecret", { namespaceSelectors: [{ matchLabels: { a: "b" } }] }, 0],
  ["ClusterExternalSecret", { namespaces: ["a"] }, 0],
  ["ClusterExternalSecretPatch", { refreshTime: "1h" }, 0],
  ["ClusterExternalSecretPatch", { namespaceSelector: {} }, 1],
  ["SecretStorePatch", { provider: { vault: { server: "https://a" } } }, 0],
  ["SecretStorePatch", { provider: { vault: { auth: { tokenSecretRef: reference } } } }, 1],
])("of %s with %j", async (kind, spec, count) => {
  const resource = { type: `kubernetes:external-secrets.io/v1:${kind}`, props: { spec } };
  expect(await check(rule("kubernetes-narrow-trust"), [resource])).toHaveLength(count);
});

const inStage = (stage: string): Resource => ({
  type: "promptsentinel:kubernetes:SecretStore",
  props: { environment: { stage } },
});
const access = "promptsentinel:kubernetes:WorkloadAccess";
const servedBy = (kind: string, server: unknown): Resource => ({
  type: `kubernetes:external-secrets.io/v1beta1:${kind}`,
  props: { spec: { provider: { vault: { server } } } },
});

test.each<[string, Resource]>([
  ["got baseline", { type: "kubernetes:core/v1:Namespace", props: labelled("baseline")({}) }],
  ["got undefined", { type: "kubernetes:core/v1:Namespace", props: {} }],
  ["got baseline", { type: "kubernetes:core/v1:NamespacePatch", props: labelled("baseline")({}) }],
  [
    "network.policy: got none",
    { type: access, props: { settings: { network: { policy: "none" } } } },
  ],
  ["network.policy: got undefined", { type: access, props: {} }],
  ["vault.server: is no https://", servedBy("SecretStore", "http://vault.example.com")],
  ["vault.server: is no https://", servedBy("ClusterSecretStore", undefined)],
  ["vault.server: is no https://", servedBy("SecretStore", unknown)],
])("in prod: %s is refused; elsewhere it is a setting: %#", async (says, resource) => {
  const name = "kubernetes-strict-in-prod";
  expect(await check(rule(name), [inStage("dev"), resource])).toEqual([]);
  const reported = await check(rule(name), [inStage("prod"), resource]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(says);
});

test.each<Resource>([
  { type: "kubernetes:core/v1:Namespace", props: labelled("restricted")({}) },
  { type: "kubernetes:core/v1:NamespacePatch", props: {} },
  { type: access, props: { settings: { network: { policy: "create" } } } },
  servedBy("SecretStore", "https://vault.example.com:8200"),
])("prod takes %j", async (resource) => {
  const name = "kubernetes-strict-in-prod";
  expect(await check(rule(name), [inStage("prod"), resource])).toEqual([]);
});

/** The program refuses these settings in prod by itself: the components have to agree on where they stand. */
test.each([
  ["kubernetes.namespace", { podSecurity: "baseline" }, "prod takes restricted only"],
  ["kubernetes.network", { policy: "none" }, "prod takes create only"],
])("what %s loosens outside of prod is seen in prod", async (path, value, says) => {
  const dev = changed(changed(minOf("gcp"), "stage", "dev"), path, value);
  const { resources } = await deploy(parseConfig(dev, platforms));
  const name = "kubernetes-strict-in-prod";
  expect(await check(rule(name), resources.map(shown))).toEqual([]);
  const reported = await check(rule(name), [...resources.map(shown), inStage("prod")]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(says);
});

test("the fullest stack has what these rules look at", () => {
  for (const name of [namespace, egress, store]) expect(named(made, name).custom).toBe(true);
});
