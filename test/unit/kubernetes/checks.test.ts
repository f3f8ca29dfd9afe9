import { changed } from "../../fixtures/changed";
import { max, min, minOf, outside, selfReading, sources } from "../../fixtures/kubernetes";
import { problemsOf } from "../../fixtures/problems";

type Raw = Record<string, unknown>;
const agent = selfReading("vault", "vaultAgent");
const csi = selfReading("aws", "csi");
const prod = (raw: Raw): Raw => changed(raw, "stage", "prod");

test.each<[string, unknown]>([
  ...Object.keys(sources).map((name): [string, unknown] => [
    `the smallest of ${name}`,
    minOf(name as keyof typeof sources),
  ]),
  ["the fullest", max],
  ["one with Vault's agent", agent],
  ["one of a Vault outside of the cluster", outside("/tmp/ca.pem")],
  ["one with the CSI driver", csi],
  ["one in a namespace that exists", changed(min, "kubernetes.namespace.mode", "external")],
  ["one in prod", prod(minOf("gcp"))],
  ["one of Pod Identity, by the CSI driver", podIdentity(csi)],
])("%s config is legal", (_, raw) => {
  expect(problemsOf(raw)).toEqual([]);
});

/** EKS Pod Identity in place of IRSA. */
function podIdentity(raw: Raw): Raw {
  const pods = { namespace: "prompt-sentinel", serviceAccount: "prompt-sentinel-reader" };
  const without = changed(raw, "aws.access.app.irsa", undefined);
  return changed(without, "aws.access.app.podIdentity", { cluster: "main", ...pods });
}

/** Each row: a legal config, one change, and what is said of it. */
test.each<[string, Raw, string, unknown, string]>([
  [
    "a source that the stack has not",
    min,
    "kubernetes.source",
    "aws",
    "kubernetes.source: got aws, which this stack does not enable; allowed: vault; fix: use one of these, or add the aws section",
  ],
  [
    "a source that there is none of",
    min,
    "vault",
    undefined,
    "kubernetes.source: got vault, which this stack does not enable, nor any other source; fix: add the vault section",
  ],
  [
    "a source that lets no cluster in",
    min,
    "vault.access.app.kubernetes",
    undefined,
    "vault.access.app: has no login for a cluster, by which kubernetes.access.app reads; allowed: kubernetes; fix: add vault.access.app.kubernetes for service account prompt-sentinel-reader of namespace prompt-sentinel",
  ],
  [
    "a source that lets another namespace in",
    min,
    "vault.access.app.kubernetes.namespaces",
    ["other"],
    "vault.access.app.kubernetes: lets in namespace other; kubernetes.namespace.name is prompt-sentinel; fix: give both the same",
  ],
  [
    "a source that lets the Pods' account in, where another one reads",
    minOf("gcp"),
    "gcp.access.app.gke.serviceAccount",
    "prompt-sentinel",
    "gcp.access.app.gke: lets in service account prompt-sentinel; keys of app are read as prompt-sentinel-reader; fix: name that one there, or set kubernetes.access.app.reader",
  ],
  [
    "a job whose source lets none in",
    max,
    "azure.access.ci.aks",
    undefined,
    "azure.access.ci: has no login for a cluster",
  ],
  [
    "Pod Identity, which External Secrets cannot use",
    podIdentity(minOf("aws")),
    "stage",
    "dev",
    "aws.access.app: has no login for a cluster, by which kubernetes.access.app reads; allowed: irsa;",
  ],
  [
    "a Vault outside of the cluster, and no audience by which it asks there",
    min,
    "vault.auth.kubernetes.caCertFile",
    "/tmp/ca.pem",
    "kubernetes.apiAudience: is missing; a Vault outside of the cluster",
  ],
  [
    "an audience for a Vault that asks with its own token",
    min,
    "kubernetes.apiAudience",
    "https://kubernetes.default.svc",
    "kubernetes.apiAudience: a Vault that is in the cluster asks with its own token",
  ],
  [
    "an audience for a source that asks no API server",
    minOf("aws"),
    "kubernetes.apiAudience",
    "https://kubernetes.default.svc",
    "kubernetes.apiAudience: is of a Vault outside of the cluster; kubernetes.source is aws; fix: remove it",
  ],
  [
    "an agent of a Vault outside of the cluster",
    agent,
    "vault.auth.kubernetes.caCertFile",
    "/tmp/ca.pem",
    "kubernetes.delivery: got vaultAgent, by which a token has one audience",
  ],
  [
    "an agent of Vault's for another source",
    minOf("gcp"),
    "kubernetes.delivery",
    "vaultAgent",
    "kubernetes.delivery: got vaultAgent, which reads Vault alone; the source is gcp; fix: use externalSecrets or csi",
  ],
  [
    "a Vault that is the Pod itself",
    min,
    "vault.address",
    "http://127.0.0.1:8200",
    'vault.address: got "http://127.0.0.1:8200", which in a Pod is the Pod itself',
  ],
  [
    "a Vault that nobody verifies",
    min,
    "vault.tls.skipVerify",
    true,
    "vault.tls.skipVerify: got true; whoever reads Vault in a cluster verifies its certificate",
  ],
  [
    "an authority that no Pod knows",
    agent,
    "vault.tls.caCertFile",
    "/tmp/ca.pem",
    "vault.tls.caCertFile: with kubernetes.delivery vaultAgent the file has to be in each Pod",
  ],
  [
    "an agent that may not call Vault",
    agent,
    "kubernetes.network",
    {},
    "kubernetes.network: with vaultAgent Pods call Vault, and nothing says where it is",
  ],
  ...[minOf("azure"), selfReading("azure", "csi")].map(
    (raw): [string, Raw, string, string, string] => [
      "a cloud whose tokens nobody in a cluster asks for",
      changed(raw, "azure.location", "usgovvirginia"),
      "azure.cloud",
      "usgovernment",
      "azure.cloud: got usgovernment; External Secrets asks for tokens of the public cloud's audience, and so does the CSI driver's provider; fix: set kubernetes.source to another platform",
    ],
  ),
  [
    "a CSI driver that adds to a Secret",
    csi,
    "kubernetes.target.mode",
    "merge",
    "kubernetes.target.mode: got merge; the CSI driver makes its Secret and adds to none",
  ],
  [
    "a Reloader of no Secret",
    agent,
    "kubernetes.restart",
    "reloader",
    "kubernetes.restart: got reloader, which watches Secrets; vaultAgent makes none",
  ],
  [
    "somebody who has nothing to look at",
    agent,
    "kubernetes.access.operator",
    { subjects: { a: { kind: "User", name: "a" } } },
    "kubernetes.access.operator: with vaultAgent there is no object to look at; fix: remove it",
  ],
  [
    "a reader where Pods read",
    csi,
    "kubernetes.access.app.reader",
    "other",
    "kubernetes.access.app.reader: is for kubernetes.delivery externalSecrets; got csi",
  ],
  [
    "a looser Pod in prod",
    max,
    "kubernetes.namespace.podSecurity",
    "baseline",
    "kubernetes.namespace.podSecurity: got baseline; prod takes restricted",
  ],
  [
    "any call in prod",
    max,
    "kubernetes.network.policy",
    "none",
    "kubernetes.network.policy: got none; prod bounds what Pods call",
  ],
  [
    "jobs that are the application",
    max,
    "kubernetes.access.ci.serviceAccount",
    "prompt-sentinel",
    "kubernetes.access.ci.serviceAccount: got prompt-sentinel, the application's",
  ],
  [
    "jobs without a key",
    max,
    "keys.snyk",
    { enabled: false },
    "kubernetes.access.ci: there is no key for it; fix: remove the section or enable a key for it",
  ],
  [
    "a pipeline that nobody says",
    changed(min, "kubernetes.pipeline", { preview: { groups: ["a"] }, apply: { groups: ["b"] } }),
    "stage",
    "dev",
    "kubernetes.pipeline: is of a pipeline that the stack does not say; fix: add the ci section",
  ],
  [
    "who previews and applies",
    max,
    "kubernetes.pipeline.apply.groups",
    ["pipeline-preview"],
    "kubernetes.pipeline: got pipeline-preview for preview and for apply; who previews would apply",
  ],
  [
    "a Secret for both",
    max,
    "kubernetes.access.ci.secretName",
    "sentinel-prompt-sentinel",
    "kubernetes.target.secretName and kubernetes.access.ci.secretName: both claim sentinel-prompt-sentinel",
  ],
  [
    "a tag that is no label",
    min,
    "tags",
    { owner: "platform team" },
    'tags.owner: got "platform team"; allowed as a label\'s value',
  ],
  [
    "everybody as somebody",
    max,
    "kubernetes.access.breakGlass.subjects.on-call",
    { kind: "Group", name: "system:authenticated" },
    "kubernetes.access.breakGlass.subjects.on-call.name",
  ],
  [
    "everybody as the pipeline",
    max,
    "kubernetes.pipeline.apply.groups",
    ["system:serviceaccounts"],
    "kubernetes.pipeline.apply.groups.0",
  ],
  [
    "no interval",
    min,
    "kubernetes.refreshMinutes",
    0,
    "kubernetes.refreshMinutes: got 0; expected:",
  ],
  ["more than a day", min, "kubernetes.refreshMinutes", 1441, "kubernetes.refreshMinutes"],
  ["a namespace in capitals", min, "kubernetes.namespace.name", "Prompt", "a DNS label"],
  [
    "all Pods",
    min,
    "kubernetes.network.podLabels",
    {},
    "at least one: without one it is every Pod",
  ],
  ["a Secret of capitals", min, "kubernetes.target.secretName", "Keys", "a name of an object"],
  ["a cluster by its name", min, "kubernetes.clusterId", "prod", "the uid of the namespace"],
])("%s: is told, with what to do", (_, raw, path, value, said) => {
  expect(problemsOf(changed(raw, path, value)).join("\n")).toContain(said);
});

test("the order of the registry is that of what is read: the cluster comes last", async () => {
  const { platforms } = await import("../../../stacks/platforms");
  expect(Object.keys(platforms).at(-1)).toBe("kubernetes");
});
