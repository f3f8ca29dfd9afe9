import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import { parseAllDocuments } from "yaml";
import { externalSecret } from "../../../infra/wiring/render/externalSecret";
import { kustomize } from "../../../infra/wiring/render/kustomize";
import {
  clusterPlatforms,
  rendered,
  type ClusterCase,
  type ClusterPlatform,
} from "../../fixtures/clusterWiring";
import { changed } from "../../fixtures/changed";
import { max } from "../../fixtures/kubernetes";
import { inTempDir } from "../../fixtures/tempDir";
import { findTools } from "../support/goTools/find";
import type { KubernetesClient, Manifest } from "../support/kubernetes/client";
import { findDefinitions } from "../support/kubernetes/crds";
import { registered } from "../support/kubernetes/registered";
import { refusedPods, restrictedNamespace } from "../support/kubernetes/restricted";
import { startCluster, type Cluster } from "../support/kubernetes/server";
import { testWith } from "../support/needs";

// kubectl itself, over manifests that have the interface of the application's: kinds, names, and what refers to what.
const tools = findTools("apiserver");
const found = findDefinitions("external-secrets");
const needs = [tools, found].flatMap((one) => ("missing" in one ? [one.missing] : []));
const testKustomize = testWith(needs.length > 0 ? needs.join("; ") : undefined);

const manifests = join(__dirname, "..", "..", "fixtures", "manifests");

/** What `kubectl kustomize` makes of both files, in the application's folder. */
function build(
  name: ClusterPlatform | "kubernetes",
  stack: ClusterCase = {},
  change: (text: string) => string = (text) => text,
): Promise<string> {
  return inTempDir(async (folder) => {
    if (!("bin" in tools)) throw new Error(tools.missing);
    await cp(manifests, join(folder, "kubernetes"), { recursive: true });
    const rbac = join(folder, "kubernetes", "rbac.yaml");
    await writeFile(rbac, change(await readFile(rbac, "utf8")));
    await writeFile(join(folder, "kustomization.yaml"), await rendered(kustomize, name, stack));
    if (name !== "kubernetes") {
      const external = await rendered(externalSecret, name, stack);
      await writeFile(join(folder, "external-secret.yaml"), external);
    }
    const { stdout } = await execa(join(tools.bin, "kubectl"), ["kustomize", folder]);
    return stdout;
  });
}

const manifestsOf = (text: string): Manifest[] =>
  parseAllDocuments(text).map((one) => one.toJS() as Manifest);

const only = (all: readonly Manifest[], kind: string): Manifest => {
  const [one, ...others] = all.filter((manifest) => manifest.kind === kind);
  if (!one || others.length > 0) throw new Error(`${kind}: ${String(others.length + 1)}`);
  return one;
};

const annotations = {
  vault: undefined,
  aws: {
    "eks.amazonaws.com/role-arn": "arn:aws:iam::210987654321:role/promptsentinel-prod-app-irsa",
  },
  azure: { "azure.workload.identity/client-id": "client-of-azure-access-app" },
  gcp: {
    "iam.gke.io/gcp-service-account":
      "promptsentinel-prod-app@sentinel-prod-4711.iam.gserviceaccount.com",
  },
};

const secret = "prompt-sentinel-secrets";

const withSettings = (settings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.entries(settings).reduce((raw, [path, value]) => changed(raw, path, value), max);

describe.each(clusterPlatforms)("of %s", (name) => {
  testKustomize("the Pods get their keys from the store, and no placeholder", async () => {
    const text = await build(name, { target: { release: "shop" } });
    const all = manifestsOf(text);
    expect(all.filter(({ kind }) => kind === "Secret")).toEqual([]);
    expect(text).not.toContain("placeholder");
    expect(only(all, "ExternalSecret")).toMatchObject({
      metadata: { name: "shop-prompt-sentinel", namespace: "prompt-sentinel" },
      spec: {
        secretStoreRef: { kind: "SecretStore", name: only(all, "SecretStore").metadata.name },
        target: { name: secret, creationPolicy: "Owner" },
      },
    });
    expect(only(all, "Deployment")).toMatchObject({
      metadata: { annotations: { "secret.reloader.stakater.com/reload": secret } },
      spec: {
        template: {
          spec: {
            serviceAccountName: "prompt-sentinel",
            containers: [
              {
                envFrom: [
                  { configMapRef: { name: "prompt-sentinel-config" } },
                  { secretRef: { name: secret } },
                ],
              },
            ],
          },
        },
      },
    });
    expect(only(all, "ServiceAccount").metadata["annotations"]).toEqual(annotations[name]);
    expect(only(all, "Role")["rules"]).toEqual([]);
    expect(only(all, "ConfigMap")["data"]).toMatchObject({
      API_ENV: name === "vault" ? "staging" : "production",
      REDIS_ENABLED: "true",
    });
  });
});

testKustomize("Redis asks for the password that the Pods get", async () => {
  const redis = only(manifestsOf(await build("aws")), "StatefulSet");
  const valueFrom = { secretKeyRef: { name: secret, key: "REDIS_PASSWORD" } };
  expect(redis).toMatchObject({
    metadata: { annotations: { "secret.reloader.stakater.com/reload": secret } },
    spec: {
      template: {
        spec: {
          containers: [
            {
              command: [
                ...["redis-server", "--appendonly", "yes"],
                ...["--requirepass", "$(REDIS_PASSWORD)"],
              ],
              env: [
                { name: "REDIS_PASSWORD", valueFrom },
                { name: "REDISCLI_AUTH", valueFrom },
              ],
            },
          ],
        },
      },
    },
  });
});

const noRedis = { keys: {}, "aws.secrets.names": undefined };

testKustomize("without its key Redis stays as it is shipped", async () => {
  const redis = only(manifestsOf(await build("aws", { settings: noRedis })), "StatefulSet");
  expect(JSON.stringify(redis)).not.toMatch(/requirepass|secretKeyRef/);
});

testKustomize("another namespace is the namespace of all of it", async () => {
  const settings = { "vault.access.app.kubernetes.namespaces": ["shop"] };
  const all = manifestsOf(await build("vault", { settings, target: { namespace: "shop" } }));
  const [namespace, ...others] = all;
  expect(namespace).toMatchObject({ kind: "Namespace", metadata: { name: "shop" } });
  expect(new Set(others.map(({ metadata }) => metadata.namespace))).toEqual(new Set(["shop"]));
  expect(only(all, "RoleBinding")["subjects"]).toEqual([
    { kind: "ServiceAccount", name: "prompt-sentinel", namespace: "shop" },
  ]);
});

testKustomize("a rule that cannot be found is an error, and does not stay", async () => {
  const renamed = (text: string): string =>
    text.replace(
      "kind: Role\nmetadata:\n  name: prompt-sentinel",
      "kind: Role\nmetadata:\n  name: x",
    );
  await expect(build("aws", {}, renamed)).rejects.toThrow(/no matches for Id Role/);
});

/** A stack's own cluster, as the raw manifests can be filled. */
const own = {
  "kubernetes.target": { mode: "own", secretName: secret },
  "kubernetes.access.app.mode": "create",
};
const csi = {
  ...own,
  "kubernetes.delivery": "csi",
  "kubernetes.access": { app: { serviceAccount: "prompt-sentinel" } },
  "azure.access.app.aks.serviceAccount": "prompt-sentinel",
};

testKustomize("of a stack's own cluster they find what the stack has made and fills", async () => {
  const all = manifestsOf(await build("kubernetes", { settings: own }));
  const kinds = all.map(({ kind }) => kind);
  for (const kind of ["Namespace", "ServiceAccount", "Secret", "SecretStore", "ExternalSecret"]) {
    expect(kinds).not.toContain(kind);
  }
  const { manifests } = await registered(withSettings(own));
  const filled = manifests.find(
    ({ kind, metadata }) => kind === "ExternalSecret" && metadata.name.endsWith("-app"),
  );
  expect(filled?.["spec"]).toMatchObject({ target: { name: secret, creationPolicy: "Owner" } });
  const accounts = manifests.filter(({ kind }) => kind === "ServiceAccount");
  expect(accounts.map(({ metadata }) => metadata.name)).toContain("prompt-sentinel");
  expect(only(all, "Deployment")).toMatchObject({
    spec: {
      template: {
        metadata: { annotations: { "secret.reloader.stakater.com/reload": secret } },
        spec: {
          serviceAccountName: "prompt-sentinel",
          // Those of the manifests stay.
          volumes: [{ name: "tmp" }],
          containers: [{ envFrom: [{}, { secretRef: { name: secret } }] }],
        },
      },
    },
  });
});

testKustomize("of a stack's own cluster with the CSI driver they mount its class", async () => {
  const all = manifestsOf(await build("kubernetes", { settings: csi }));
  const { manifests } = await registered(withSettings(csi));
  const made = only(manifests, "SecretProviderClass");
  expect(made["spec"]).toMatchObject({ secretObjects: [{ secretName: secret }] });
  const { template } = only(all, "Deployment")["spec"] as { template: { spec: object } };
  expect(template.spec).toMatchObject({
    containers: [{ volumeMounts: [{ name: "tmp" }, { name: "keys", mountPath: "/mnt/keys" }] }],
  });
  expect((template.spec as { volumes: object[] }).volumes).toEqual(
    expect.arrayContaining([
      { name: "tmp", emptyDir: {} },
      {
        name: "keys",
        csi: {
          ...{ driver: "secrets-store.csi.k8s.io", readOnly: true },
          volumeAttributes: { secretProviderClass: made.metadata.name },
        },
      },
    ]),
  );
});

describe("on an API server", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    if (!("bin" in tools) || !("definitions" in found)) return;
    cluster = await startCluster({ bin: tools.bin });
    await cluster.admin.define(found.definitions);
  });

  afterAll(() => (cluster as Cluster | undefined)?.stop());

  const app = { user: "system:serviceaccount:prompt-sentinel:prompt-sentinel" };
  const read = { verb: "get", resource: "secrets", namespace: "prompt-sentinel", name: secret };
  const apply = async (admin: KubernetesClient, all: readonly Manifest[]): Promise<void> => {
    for (const manifest of all) await admin.apply(manifest, { force: true });
  };

  testKustomize("all of it is taken, and takes the right to read Secrets away", async () => {
    const { admin } = cluster;
    const files = ["namespace", "rbac"].map((file) => join(manifests, `${file}.yaml`));
    for (const file of files) await apply(admin, manifestsOf(await readFile(file, "utf8")));
    await admin.untilMay(app, read);

    await apply(admin, manifestsOf(await build("gcp")));
    const deadline = Date.now() + 10_000;
    while ((await admin.may(app, read)) && Date.now() < deadline) await sleep(50);
    expect(await admin.may(app, read)).toBe(false);
    expect(await admin.may(app, { ...read, verb: "list" })).toBe(false);
  });

  testKustomize("Pods are taken where restricted ones alone are, Redis too", async () => {
    const { admin } = cluster;
    await admin.apply(restrictedNamespace("restricted"), { force: true });
    const shipped = await Promise.all(
      ["deployment", "redis"].map((file) => readFile(join(manifests, `${file}.yaml`), "utf8")),
    );
    const asShipped = shipped.flatMap((text) => manifestsOf(text));
    expect(await refusedPods(admin, asShipped, "restricted")).toEqual([
      expect.stringMatching(/"restricted:latest": seccompProfile/),
      expect.stringMatching(/"restricted:latest": allowPrivilegeEscalation.* capabilities/),
    ]);
    const stacks = [
      ...[await build("aws"), await build("aws", { settings: noRedis })],
      await build("kubernetes", { settings: own }),
      await build("kubernetes", { settings: csi }),
    ];
    for (const text of stacks) {
      expect(await refusedPods(admin, manifestsOf(text), "restricted")).toEqual([]);
    }
  });
});
