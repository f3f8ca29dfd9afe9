import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { parseAllDocuments } from "yaml";
import { externalSecret } from "../../../infra/wiring/render/externalSecret";
import { helm } from "../../../infra/wiring/render/helm";
import type { Target } from "../../../infra/wiring/render/renderer";
import { yamlText } from "../../../infra/wiring/render/yamlText";
import { changed } from "../../fixtures/changed";
import { clusterPlatforms, rendered, type ClusterPlatform } from "../../fixtures/clusterWiring";
import { inTempDir } from "../../fixtures/tempDir";
import { max } from "../../fixtures/kubernetes";
import { findTools } from "../support/goTools/find";
import type { Manifest } from "../support/kubernetes/client";
import { registered } from "../support/kubernetes/registered";
import { refusedPods, restrictedNamespace } from "../support/kubernetes/restricted";
import { startCluster } from "../support/kubernetes/server";
import { testWith } from "../support/needs";

// Helm itself, on a chart that has the interface of the application's: names of values, and what is made of them.
const tools = findTools("helm");
const servers = findTools("apiserver");
const needs = [tools, servers].flatMap((one) => ("missing" in one ? [one.missing] : []));
const testHelm = testWith("missing" in tools ? tools.missing : undefined);
const testCluster = testWith(needs.length > 0 ? needs.join("; ") : undefined);

const chart = join(__dirname, "..", "..", "fixtures", "chart");

/** Runs Helm with what we render as its values, and nothing of this user's own. */
const run = (values: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  inTempDir(async (folder) => {
    if (!("bin" in tools)) throw new Error(tools.missing);
    const file = join(folder, "values.yaml");
    await writeFile(file, values);
    const homes = ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"];
    const { stdout } = await execa(join(tools.bin, "helm"), [...args, chart, "--values", file], {
      env: { ...Object.fromEntries(homes.map((home) => [home, folder])), ...env },
    });
    return stdout;
  });

const manifestsOf = (text: string): Manifest[] =>
  parseAllDocuments(text).map((one) => one.toJS() as Manifest);

async function template(values: string, { release, namespace }: Target): Promise<Manifest[]> {
  return manifestsOf(await run(values, ["template", release, "--namespace", namespace]));
}

const only = (manifests: readonly Manifest[], kind: string): Manifest => {
  const [one, ...others] = manifests.filter((manifest) => manifest.kind === kind);
  if (!one || others.length > 0) throw new Error(`${kind}: ${String(others.length + 1)}`);
  return one;
};

const podSpec = (deployment: Manifest): { serviceAccountName: string } =>
  (deployment["spec"] as { template: { spec: { serviceAccountName: string } } }).template.spec;

const releases = [
  "prompt-sentinel",
  "shop",
  "eu-prompt-sentinel-2",
  "sentinel.prompt",
  "a".repeat(53),
];

const cases: readonly (readonly [ClusterPlatform, string])[] = [
  ...clusterPlatforms.map((name) => [name, "shop"] as const),
  ...releases.map((release) => ["aws", release] as const),
];

describe.each(cases)("values of %s for release %s", (name, release) => {
  testHelm("give the Pods what was made for them", async () => {
    const target = { release, namespace: "prompt-sentinel" };
    const values = await rendered(helm, name, { target });
    const [, external] = manifestsOf(await rendered(externalSecret, name, { target }));
    const { spec } = external as unknown as {
      spec: { target: { name: string; creationPolicy: string } };
    };
    const manifests = await template(values, target);
    const secret = only(manifests, "Secret");
    const config = only(manifests, "ConfigMap");

    // What External Secrets fills is what Helm makes, and what the Pods read last.
    expect(spec.target).toEqual({ name: secret.metadata.name, creationPolicy: "Merge" });
    expect(only(manifests, "Deployment")).toMatchObject({
      spec: {
        template: {
          metadata: {
            annotations: { "secret.reloader.stakater.com/reload": secret.metadata.name },
          },
          spec: {
            serviceAccountName: "prompt-sentinel",
            // Ours beside the chart's own.
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                envFrom: [
                  { configMapRef: { name: config.metadata.name } },
                  { secretRef: { name: secret.metadata.name } },
                ],
              },
            ],
          },
        },
      },
    });
    expect(only(manifests, "ServiceAccount").metadata).toEqual({
      name: "prompt-sentinel",
      ...(name !== "vault" && {
        annotations: { [annotationOf[name]]: expect.any(String) as string },
      }),
    });
    // No key, and no password that everybody knows.
    expect(secret["stringData"]).toBeNull();
    expect(config["data"]).toEqual({
      API_ENV: name === "vault" ? "staging" : "production",
      REDIS_ENABLED: "false",
    });
  });
});

const annotationOf = {
  aws: "eks.amazonaws.com/role-arn",
  azure: "azure.workload.identity/client-id",
  gcp: "iam.gke.io/gcp-service-account",
};

testHelm(
  "without values of ours, the chart would give a password that everybody knows",
  async () => {
    const manifests = await template("{}", { release: "shop", namespace: "prompt-sentinel" });
    expect(only(manifests, "Secret")["stringData"]).toEqual({
      REDIS_PASSWORD: "changeme-in-production",
    });
  },
);

testHelm("an annotation reaches Kubernetes as it was meant, whatever it is", async () => {
  const awkward = "a: b #c '\"\\$x {{ .Values }}\t\u0085\u2028\ufeffé";
  const values = await rendered(helm, "aws", {
    target: { release: "shop" },
  });
  const arn = "arn:aws:iam::210987654321:role/promptsentinel-prod-app-irsa";
  const quoted = yamlText({ x: awkward }).slice("x: ".length).trim();
  const manifests = await template(values.replace(JSON.stringify(arn), quoted), {
    ...{ release: "shop", namespace: "prompt-sentinel" },
  });
  expect(only(manifests, "ServiceAccount").metadata["annotations"]).toEqual({
    [annotationOf.aws]: awkward,
  });
});

testCluster(
  "an upgrade keeps what was merged into the Secret, and Helm takes no other's",
  async () => {
    if (!("bin" in servers)) throw new Error(servers.missing);
    const cluster = await startCluster({ bin: servers.bin });
    try {
      const env = { KUBECONFIG: cluster.kubeconfig };
      const values = await rendered(helm, "aws", { target: { release: "shop" } });
      const args = ["shop", "--namespace", "prompt-sentinel", "--create-namespace"];
      await run(values, ["install", ...args], env);
      const of = (name: string): Manifest => ({
        ...{ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "prompt-sentinel" } },
      });
      const secret = of("shop-prompt-sentinel");
      // As External Secrets merges: with its own field manager, into what is there.
      const merged = { ...secret, data: { OPENAI_API_KEY: "Y2FuYXJ5" } };
      await cluster.admin.apply(merged, { fieldManager: "externalsecrets.external-secrets.io" });
      await run(values.replace("production", "staging"), ["upgrade", ...args.slice(0, 3)], env);
      expect(await cluster.admin.get(secret)).toMatchObject({
        data: { OPENAI_API_KEY: "Y2FuYXJ5" },
      });

      // Why it is merged, and not made beforehand.
      await cluster.admin.apply(of("other-prompt-sentinel"));
      await expect(run(values, ["install", "other", ...args.slice(1)], env)).rejects.toThrow(
        "invalid ownership metadata",
      );
    } finally {
      await cluster.stop();
    }
  },
);

testHelm("of a stack's own cluster they find what the stack has made and fills", async () => {
  const settings = { "kubernetes.access.app.mode": "create" };
  const target = { release: "sentinel", namespace: "prompt-sentinel" };
  const manifests = await template(
    await rendered(helm, "kubernetes", { settings, target }),
    target,
  );
  const raw = changed(max, "kubernetes.access.app.mode", "create");
  const stack = (await registered(raw)).manifests;
  const filled = stack.find(
    ({ kind, metadata }) => kind === "ExternalSecret" && metadata.name.endsWith("-app"),
  );
  expect(filled?.["spec"]).toMatchObject({
    target: { name: only(manifests, "Secret").metadata.name, creationPolicy: "Merge" },
  });
  // One service account, which is the stack's.
  expect(manifests.filter(({ kind }) => kind === "ServiceAccount")).toEqual([]);
  const { serviceAccountName } = podSpec(only(manifests, "Deployment"));
  const accounts = stack.filter(({ kind }) => kind === "ServiceAccount");
  expect(accounts.map(({ metadata }) => metadata.name)).toContain(serviceAccountName);

  // And where it is Helm's, Helm makes it.
  const own = await template(await rendered(helm, "kubernetes", { target }), target);
  expect(only(own, "ServiceAccount").metadata.name).toBe("prompt-sentinel");
});

testCluster("Pods are taken where restricted ones alone are, and by our values alone", async () => {
  if (!("bin" in servers)) throw new Error(servers.missing);
  const cluster = await startCluster({ bin: servers.bin });
  try {
    const target = { release: "sentinel", namespace: "prompt-sentinel" };
    const values = await rendered(helm, "aws", { target });
    const cases = [values, await rendered(helm, "kubernetes", { target })];
    await cluster.admin.apply(restrictedNamespace("prompt-sentinel"));
    for (const one of cases) {
      expect(await refusedPods(cluster.admin, await template(one, target))).toEqual([]);
    }
    const without = values.slice(0, values.indexOf("podSecurityContext"));
    expect(await refusedPods(cluster.admin, await template(without, target))).toEqual([
      expect.stringMatching(/violates PodSecurity "restricted:latest": seccompProfile/),
    ]);
  } finally {
    await cluster.stop();
  }
});
