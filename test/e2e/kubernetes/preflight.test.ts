import { chmod, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { parseConfig } from "../../../infra/config";
import type { PlatformArgs } from "../../../infra/contracts/platform";
import type { KubernetesSettings } from "../../../infra/kubernetes/settings";
import { platforms } from "../../../stacks/platforms";
import { preflight } from "../../../stacks/preflight/kubernetes";
import { existingId, recoverable } from "../../../stacks/recovery/kubernetes";
import { connect } from "../../../stores/kubernetes/connect";
import { readFileSync } from "node:fs";
import { changed } from "../../fixtures/changed";
import { max, minOf, outside, selfReading } from "../../fixtures/kubernetes";
import { findTools } from "../support/goTools/find";
import type { Manifest } from "../support/kubernetes/client";
import { findDefinitions } from "../support/kubernetes/crds";
import { registered } from "../support/kubernetes/registered";
import { startCluster, type Cluster } from "../support/kubernetes/server";
import { testWith } from "../support/needs";

const tools = findTools("apiserver");
const found = (["external-secrets", "prometheus-operator"] as const).map((one) =>
  findDefinitions(one),
);
const missing = [tools, ...found].flatMap((one) => ("missing" in one ? [one.missing] : []));
const testAll = testWith(missing.length > 0 ? missing.join("; ") : undefined);

const argsOf = (raw: unknown): PlatformArgs<KubernetesSettings> => {
  const { environment, ci, platforms: enabled } = parseConfig(raw, platforms);
  const own = enabled.find(({ platform }) => platform.name === "kubernetes");
  return { environment, ci, settings: own?.settings as KubernetesSettings };
};
const min = minOf("vault");
const named = (name: string) => {
  const raw = changed(min, "kubernetes.namespace.name", name);
  return changed(raw, "vault.access.app.kubernetes.namespaces", [name]);
};

/** One cluster, whose state the tests change in their order. */
describe("on a real API server", () => {
  let cluster: Cluster;
  let id: string;

  /** As the kubeconfig of a person says, who may be somebody else than the administrator. */
  const look = async (raw: unknown, kubeconfig = cluster.kubeconfig): Promise<readonly string[]> =>
    (
      await preflight(argsOf(raw), ({ settings }) =>
        connect(settings.context, { ...process.env, KUBECONFIG: kubeconfig }),
      )
    ).map(({ severity, message }) => `${severity}: ${message}`);

  /** A kubeconfig with another user. */
  const kubeconfigOf = async (name: string, user: object): Promise<string> => {
    const config = parse(readFileSync(cluster.kubeconfig, "utf8")) as object;
    const path = join(dirname(cluster.kubeconfig), name);
    await writeFile(path, stringify({ ...config, users: [{ name: "admin", user }] }), {
      mode: 0o600,
    });
    return path;
  };

  beforeAll(async () => {
    if (missing.length > 0 || !("bin" in tools)) return;
    cluster = await startCluster({ bin: tools.bin });
    const system = await cluster.admin.get({
      ...{ apiVersion: "v1", kind: "Namespace" },
      metadata: { name: "kube-system" },
    });
    id = String(system.metadata["uid"]);
  });

  afterAll(() => (cluster as Cluster | undefined)?.stop());

  testAll(
    "a cluster without the operators: each kind that is missing, and who brings it",
    async () => {
      expect(await look(min)).toEqual([
        "error: Kubernetes: the cluster has no SecretStore of external-secrets.io/v1; fix: install External Secrets 0.17 or newer",
        "error: Kubernetes: the cluster has no ExternalSecret of external-secrets.io/v1; fix: install External Secrets 0.17 or newer",
        "error: Kubernetes: the cluster has no PrometheusRule of monitoring.coreos.com/v1; fix: install the Prometheus operator, or set kubernetes.alerts.prometheusRule to none",
      ]);
      expect(await look(selfReading("aws", "csi"))).toEqual([
        "error: Kubernetes: the cluster has no SecretProviderClass of secrets-store.csi.x-k8s.io/v1; fix: install the Secrets Store CSI driver",
      ]);
    },
  );

  testAll("a cluster that has all of it: nothing, by its context and by what it is", async () => {
    const { admin } = cluster;
    await admin.define(found.flatMap((one) => ("definitions" in one ? one.definitions : [])));
    expect(await look(min)).toEqual([]);
    expect(await look(changed(min, "kubernetes.context", "test"))).toEqual([]);
    expect(await look(changed(min, "kubernetes.clusterId", id))).toEqual([]);
  });

  testAll("another cluster, another context, nobody's login, and no server", async () => {
    const other = "3f6a2c1e-7b4d-4e5f-9a6b-8c7d9e0f1a2b";
    expect(await look(changed(min, "kubernetes.clusterId", other))).toEqual([
      `error: kubernetes.clusterId: got ${other}, and this cluster is ${id}; fix: use the context of the cluster that is meant, or correct kubernetes.clusterId`,
    ]);
    expect(await look(changed(min, "kubernetes.context", "prod"))).toEqual([
      "error: kubernetes.context: got prod, which the kubeconfig does not have; it has test; fix: use one of these, or log in to the cluster",
    ]);
    const nobody = await kubeconfigOf("nobody", { token: "not-a-token" });
    expect((await look(min, nobody)).join()).toMatch(
      /^error: Kubernetes: the API server knows nobody by this login \(401 Unauthorized\); fix: log in again$/,
    );
    const [none = ""] = await look(min, join(dirname(cluster.kubeconfig), "none"));
    expect(none).toMatch(/^error: KUBECONFIG: there is no file .*none; fix: log in to the cluster/);
    const away = join(dirname(cluster.kubeconfig), "away");
    const text = readFileSync(cluster.kubeconfig, "utf8").replace(
      cluster.address,
      "https://127.0.0.1:1",
    );
    await writeFile(away, text, { mode: 0o600 });
    expect((await look(min, away)).join()).toMatch(
      /^error: Kubernetes: https:\/\/127.0.0.1:1 does not answer \(.*ECONNREFUSED.*\); fix:/,
    );
  });

  testAll(
    "a login by a command, as clouds have it, and one that fails tells nothing of it",
    async () => {
      const token = await cluster.admin.tokenOf("default", "default").catch(async () => {
        await cluster.admin.apply({
          ...{ apiVersion: "v1", kind: "ServiceAccount" },
          metadata: { name: "default", namespace: "default" },
        });
        return cluster.admin.tokenOf("default", "default");
      });
      const command = join(dirname(cluster.kubeconfig), "login");
      const credential = {
        ...{ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential" },
        status: { token },
      };
      await writeFile(
        command,
        `#!/bin/sh\ncase "$KUBERNETES_EXEC_INFO" in *interactive*) ;; *) exit 3;; esac\n[ "$1" = get ] || exit 4\ncat <<'END'\n${JSON.stringify(credential)}\nEND\n`,
      );
      await chmod(command, 0o700);
      const exec = { apiVersion: "client.authentication.k8s.io/v1", command, args: ["get"] };
      const said = await look(min, await kubeconfigOf("exec", { exec }));
      // It is somebody, who may do next to nothing.
      expect(said.at(-1)).toMatch(
        /^error: Kubernetes: who is logged in may not get externalsecrets\.external-secrets\.io, list /,
      );
      expect(said.join()).toContain("kubernetes.namespace: not checked (403");
      expect(said.join()).toContain("it needs to create subjectaccessreviews");
      const wrong = await kubeconfigOf("wrong", { exec: { ...exec, args: ["other"] } });
      const [failed = ""] = await look(min, wrong);
      expect(failed).toContain("gives no credential (exit code 4)");
      expect(failed).not.toContain(token);
    },
  );

  testAll("a namespace as the settings say, and otherwise", async () => {
    const { admin } = cluster;
    const external = (raw: Record<string, unknown>) =>
      changed(raw, "kubernetes.namespace.mode", "external");
    expect(await look(external(min))).toEqual([
      "error: kubernetes.namespace.name: there is no namespace prompt-sentinel; fix: set kubernetes.namespace.mode to create, or name one that exists",
    ]);
    const { manifests } = await registered(min);
    for (const manifest of manifests) await admin.apply(manifest);
    // Its own, of an up before.
    expect(await look(min)).toEqual([]);
    expect(await look(external(min))).toEqual([]);
    await admin.apply({
      ...{ apiVersion: "v1", kind: "Namespace" },
      metadata: { name: "theirs", labels: { "pod-security.kubernetes.io/enforce": "baseline" } },
    });
    expect(await look(named("theirs"))).toEqual([
      "error: kubernetes.namespace.mode: got create, but theirs exists and is not ours; allowed: external; fix: set kubernetes.namespace.mode to external, or choose another name",
    ]);
    expect(await look(external(named("theirs")))).toEqual([
      "warning: kubernetes.namespace.podSecurity: got restricted, and theirs takes baseline Pods; fix: have its owner set pod-security.kubernetes.io/enforce=restricted on it",
    ]);
    expect(
      await look(
        changed(external(named("theirs")), "kubernetes.namespace.podSecurity", "baseline"),
      ),
    ).toEqual([]);
  });

  testAll("the Role that the application's own manifests ship", async () => {
    const { admin } = cluster;
    const group = "rbac.authorization.k8s.io";
    const metadata = { name: "prompt-sentinel", namespace: "prompt-sentinel" };
    await admin.apply({
      ...{ apiVersion: `${group}/v1`, kind: "Role", metadata },
      rules: [
        { apiGroups: [""], resources: ["configmaps", "secrets"], verbs: ["get", "list", "watch"] },
      ],
    });
    await admin.apply({
      ...{ apiVersion: `${group}/v1`, kind: "RoleBinding", metadata },
      roleRef: { apiGroup: group, kind: "Role", name: "prompt-sentinel" },
      subjects: [{ kind: "ServiceAccount", ...metadata }],
    });
    const user = "system:serviceaccount:prompt-sentinel:prompt-sentinel";
    await admin.untilMay(
      { user },
      { verb: "list", resource: "secrets", namespace: "prompt-sentinel" },
    );
    expect(await look(min)).toEqual([
      `error: kubernetes.access.app: the service account prompt-sentinel of prompt-sentinel may read Secrets by somebody else's role, as that of the application's rbac.yaml; fix: take it away (\`kubectl auth can-i --list --as=${user} -n prompt-sentinel\` shows it)`,
    ]);
  });

  describe("a creation that was cut off", () => {
    const idOf = (manifest: Manifest, kubeconfig = cluster.kubeconfig) => {
      const { apiVersion, kind, metadata } = manifest;
      const type = `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
      return existingId({ type, inputs: { metadata } }, argsOf(min), () =>
        connect(undefined, { ...process.env, KUBECONFIG: kubeconfig }),
      );
    };

    testAll("is found by its namespace and name, and not without it", async () => {
      const raw = changed(max, "kubernetes.namespace.name", "recovered");
      const away = ["azure.access.app.aks.namespace", "azure.access.ci.aks.namespace"].reduce(
        (config, path) => changed(config, path, "recovered"),
        raw,
      );
      const { manifests } = await registered(away);
      expect(manifests.length).toBeGreaterThan(10);
      for (const manifest of manifests) {
        expect(await idOf(manifest)).toBeUndefined();
        await cluster.admin.apply(manifest);
        const { name, namespace } = manifest.metadata;
        expect(await idOf(manifest)).toBe(namespace === undefined ? name : `recovered/${name}`);
      }
    });

    testAll("and by who may not look nothing is forgotten", async () => {
      const nobody = await kubeconfigOf("stranger", {
        token: await cluster.admin.tokenOf("default", "default"),
      });
      const { manifests } = await registered(min);
      for (const manifest of manifests) {
        await expect(idOf(manifest, nobody)).rejects.toThrow(/^\/api.*: 403 /);
      }
    });

    test("every type that stacks register can be looked up", async () => {
      const all = await Promise.all(
        [max, selfReading("gcp", "csi"), outside(__filename)].map(registered),
      );
      const types = all
        .flatMap(({ manifests }) => manifests)
        .map(
          ({ apiVersion, kind }) =>
            `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`,
        );
      expect([...new Set(types)].sort()).toEqual([...recoverable].sort());
      await expect(
        existingId({ type: "kubernetes:core/v1:Secret", inputs: {} }, argsOf(min)),
      ).rejects.toThrow("nobody knows where to look for it, so it is not forgotten either; fix:");
      expect(
        await existingId({ type: "vault:index/mount:Mount", inputs: {} }, argsOf(min)),
      ).toBeUndefined();
    });
  });
});
