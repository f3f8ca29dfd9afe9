import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { findTools } from "../support/goTools/find";
import type { Manifest } from "../support/kubernetes/client";
import { findDefinitions } from "../support/kubernetes/crds";
import { startCluster, type Cluster } from "../support/kubernetes/server";
import { testWith } from "../support/needs";

// What the other tests of this folder rely on: that the server refuses what it should, and writes down what it did.
const tools = findTools("apiserver");
const found = findDefinitions("external-secrets");
const needs = [tools, found].flatMap((one) => ("missing" in one ? [one.missing] : []));
const testCluster = testWith(needs.length > 0 ? needs.join("; ") : undefined);

const metadata = (name: string): Manifest["metadata"] => ({ name, namespace: "prompt" });
const secret: Manifest = { apiVersion: "v1", kind: "Secret", metadata: metadata("keys") };
const rbac = "rbac.authorization.k8s.io";
const app = {
  user: "system:serviceaccount:prompt:app",
  groups: ["system:serviceaccounts", "system:authenticated"],
};
const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "Metadata", resources: [{ group: "", resources: ["secrets"] }] },
    { level: "None" },
  ],
};

describe("a real API server", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    if (needs.length > 0 || !("bin" in tools)) return;
    cluster = await startCluster({ bin: tools.bin, auditPolicy });
    const { admin } = cluster;
    await admin.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "prompt" } });
    await admin.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: metadata("app") });
    await admin.apply({ ...secret, stringData: { KEY: "canary-value" } });
  });

  afterAll(() => (cluster as Cluster | undefined)?.stop());

  testCluster("keeps its keys to this user", async () => {
    const { kubeconfig } = cluster;
    expect((await stat(dirname(kubeconfig))).mode & 0o777).toBe(0o700);
    expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600);
  });

  testCluster("answers nobody who is not logged in", async () => {
    expect(await cluster.withToken("").call("GET", "/version")).toMatchObject({ status: 401 });
  });

  testCluster("takes a custom resource, and no field that it does not know", async () => {
    const { admin } = cluster;
    if ("definitions" in found) await admin.define(found.definitions);
    const spec = {
      secretStoreRef: { kind: "SecretStore", name: "vault" },
      target: { name: "keys", creationPolicy: "Merge" },
      data: [{ secretKey: "KEY", remoteRef: { key: "api-keys" } }],
    };
    const resource = { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret" };
    const external = { ...resource, metadata: metadata("keys"), spec };
    expect(await admin.apply(external)).toMatchObject({ spec: { refreshInterval: "1h0m0s" } });
    const misspelt = { ...external, spec: { ...spec, refreshIntervall: "1h" } };
    await expect(admin.apply(misspelt)).rejects.toThrow(".spec.refreshIntervall");
  });

  testCluster("lets a service account do what a role says, and writes down who did", async () => {
    const { admin } = cluster;
    const read = { verb: "get", resource: "secrets", namespace: "prompt", name: "keys" };
    expect(await admin.may(app, read)).toBe(false);
    const role = { apiVersion: `${rbac}/v1`, kind: "Role", metadata: metadata("reader") };
    const rule = { apiGroups: [""], resources: ["secrets"], resourceNames: ["keys"] };
    await admin.apply({ ...role, rules: [{ ...rule, verbs: ["get"] }] });
    await admin.apply({
      ...role,
      kind: "RoleBinding",
      roleRef: { apiGroup: rbac, kind: "Role", name: "reader" },
      subjects: [{ kind: "ServiceAccount", name: "app", namespace: "prompt" }],
    });
    await admin.untilMay(app, read);
    expect(await admin.may(app, { ...read, verb: "list" })).toBe(false);

    const itself = cluster.withToken(await admin.tokenOf("prompt", "app"));
    expect(await itself.get(secret)).toMatchObject({ data: { KEY: expect.any(String) as string } });
    await expect(admin.as("jane", "developers").get(secret)).rejects.toThrow("forbidden");

    const [event] = await cluster.audited(
      ({ verb, user }) => verb === "get" && user.username === app.user,
    );
    expect(event).toMatchObject({ level: "Metadata", objectRef: { name: "keys" } });
    await cluster.audited(({ impersonatedUser }) => impersonatedUser?.username === "jane");
    expect(JSON.stringify(await cluster.audit())).not.toContain("canary-value");
  });
});
