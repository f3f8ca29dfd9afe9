import { parse } from "yaml";
import { max, minOf, outside, selfReading, sources } from "../../fixtures/kubernetes";
import { findTools } from "../support/goTools/find";
import type { Manifest } from "../support/kubernetes/client";
import { findDefinitions } from "../support/kubernetes/crds";
import { ofKind, registered } from "../support/kubernetes/registered";
import {
  customSchemas,
  findKubernetesSchemas,
  supported,
  type Validator,
} from "../support/kubernetes/schemas";
import { startCluster, type Cluster } from "../support/kubernetes/server";
import { testWith } from "../support/needs";

const tools = findTools("apiserver");
const found = (["external-secrets", "secrets-store", "prometheus-operator"] as const).map((one) =>
  findDefinitions(one),
);
const definitions = found.flatMap((one) => ("definitions" in one ? one.definitions : []));
const minors = Object.keys(supported) as (keyof typeof supported)[];
const schemas = minors.map((minor) => [minor, findKubernetesSchemas(minor)] as const);
const missing = [tools, ...found, ...schemas.map(([, one]) => one)].flatMap((one) =>
  "missing" in one ? [one.missing] : [],
);
const testAll = testWith(missing.length > 0 ? missing.join("; ") : undefined);

const names = Object.keys(sources) as (keyof typeof sources)[];
/** Every source by every delivery that it has, and everything at once. */
const stacks: readonly (readonly [string, Record<string, unknown>])[] = [
  ...names.map((name) => [`${name}, externalSecrets`, minOf(name)] as const),
  ...names.map((name) => [`${name}, csi`, selfReading(name, "csi")] as const),
  ["vault, vaultAgent", selfReading("vault", "vaultAgent")],
  ["a Vault outside of the cluster", outside(__filename)],
  ["everything", max],
];

const pod = (name: string, spec: object): Manifest => ({
  ...{ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "prompt-sentinel" }, spec },
});

/** As the application's chart and manifests have it. */
const chartPod = {
  serviceAccountName: "prompt-sentinel",
  securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 },
  containers: [
    {
      ...{ name: "prompt-sentinel", image: "promptsentinelai/prompt-sentinel:latest" },
      securityContext: {
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        ...{ runAsNonRoot: true, runAsUser: 1000, capabilities: { drop: ["ALL"] } },
      },
    },
  ],
};

describe("what the program registers", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    if (missing.length > 0 || !("bin" in tools)) return;
    cluster = await startCluster({ bin: tools.bin });
    await cluster.admin.define(definitions);
  });

  afterAll(() => (cluster as Cluster | undefined)?.stop());

  for (const [title, raw] of stacks) {
    testAll(`${title}: is valid in each supported version, and to its operators`, async () => {
      const { manifests } = await registered(raw);
      const custom = customSchemas(definitions);
      const isCustom = ({ apiVersion }: Manifest): boolean =>
        /^(external-secrets\.io|secrets-store\.|monitoring\.)/.test(apiVersion);
      const own = manifests.filter((one) => !isCustom(one));
      for (const [, one] of schemas) {
        const validate: Validator = "validate" in one ? one.validate : () => ["missing"];
        for (const manifest of own) expect(validate(manifest)).toEqual([]);
      }
      for (const manifest of manifests.filter(isCustom)) expect(custom(manifest)).toEqual([]);
      expect(own.length).toBeGreaterThanOrEqual(3);
    });

    testAll(`${title}: is taken by the server, which changes nothing of it`, async () => {
      const { admin } = cluster;
      const { manifests } = await registered(raw);
      for (const manifest of manifests) {
        const stored = await admin.apply(manifest, { force: true });
        expect(stored).toMatchObject(manifest);
        // A second up is no change.
        const again = await admin.apply(manifest, { force: true });
        expect(again.metadata["resourceVersion"]).toBe(stored.metadata["resourceVersion"]);
      }
    });

    testAll(`${title}: has no Secret, and no value that a key could be`, async () => {
      const { manifests, result } = await registered(raw);
      expect(ofKind(manifests, "Secret")).toEqual([]);
      for (const manifest of manifests) {
        expect(manifest).not.toHaveProperty("data");
        expect(manifest).not.toHaveProperty("stringData");
      }
      expect(JSON.stringify([manifests, result.wiring])).not.toMatch(/sk-ant-|sk-proj|hvs\./);
    });
  }

  describe("Pods of the application", () => {
    beforeAll(async () => {
      if (missing.length > 0) return;
      const { manifests } = await registered(minOf("vault"));
      for (const manifest of manifests) await cluster.admin.apply(manifest, { force: true });
    });

    testAll("are refused as the chart has them, and taken with what the task says", async () => {
      const { admin } = cluster;
      await expect(admin.apply(pod("one", chartPod), { dryRun: true })).rejects.toThrow(
        /violates PodSecurity "restricted:latest": seccompProfile/,
      );
      const { result } = await registered(minOf("vault"));
      const task = result.tasks.find(({ concern }) => concern === "WorkloadAccess");
      const values = parse(task?.text ?? "") as { podSecurityContext: object };
      const spec = {
        ...chartPod,
        securityContext: { ...chartPod.securityContext, ...values.podSecurityContext },
      };
      const taken = await admin.apply(pod("one", spec), { dryRun: true });
      expect(taken).toMatchObject({ kind: "Pod" });
    });

    testAll("get no token of the cluster, as they would of another account", async () => {
      const { admin } = cluster;
      const spec = {
        ...chartPod,
        securityContext: {
          ...chartPod.securityContext,
          seccompProfile: { type: "RuntimeDefault" },
        },
      };
      const mounts = async (serviceAccountName: string): Promise<string> => {
        const made = await admin.apply(pod("two", { ...spec, serviceAccountName }), {
          dryRun: true,
        });
        return JSON.stringify(made["spec"]);
      };
      await admin.apply({
        ...{ apiVersion: "v1", kind: "ServiceAccount" },
        metadata: { name: "usual", namespace: "prompt-sentinel" },
      });
      expect(await mounts("usual")).toContain("serviceAccountToken");
      expect(await mounts("prompt-sentinel")).not.toContain("serviceAccountToken");
    });

    testAll("may mount what the tasks of the other deliveries say", async () => {
      const { admin } = cluster;
      for (const raw of [selfReading("aws", "csi"), selfReading("vault", "vaultAgent")]) {
        const { result } = await registered(raw);
        const task = result.tasks.find(({ concern }) => concern === "SecretStore");
        const { command, volumes, volumeMounts } = parse(task?.text ?? "") as Record<
          string,
          unknown
        >;
        const spec = {
          ...chartPod,
          securityContext: {
            ...chartPod.securityContext,
            seccompProfile: { type: "RuntimeDefault" },
          },
          volumes,
          containers: chartPod.containers.map((one) => ({
            ...one,
            ...(command !== undefined && { command }),
            ...(volumeMounts !== undefined && { volumeMounts }),
          })),
        };
        expect(volumes).toHaveLength(1);
        await admin.apply(pod("three", spec), { dryRun: true });
      }
    });
  });
});
