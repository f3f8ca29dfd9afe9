import { changed } from "../../fixtures/changed";
import { max, minOf } from "../../fixtures/kubernetes";
import { findTools } from "../support/goTools/find";
import type { AuditEvent } from "../support/kubernetes/audit";
import type { Manifest, Person } from "../support/kubernetes/client";
import { findDefinitions } from "../support/kubernetes/crds";
import { registered } from "../support/kubernetes/registered";
import { startCluster, type Cluster } from "../support/kubernetes/server";
import { testWith } from "../support/needs";

const tools = findTools("apiserver");
const found = (["external-secrets", "secrets-store", "prometheus-operator"] as const).map((one) =>
  findDefinitions(one),
);
const missing = [tools, ...found].flatMap((one) => ("missing" in one ? [one.missing] : []));
const testAll = testWith(missing.length > 0 ? missing.join("; ") : undefined);

const namespace = "prompt-sentinel";
const appSecret = "sentinel-prompt-sentinel";
const ciSecret = "scanner-keys";
/** Of an API server that is one's own, whose policy is then in the tasks. */
const raw = changed(max, "kubernetes.audit.apiServer", "own");

const account = (name: string): Person => ({
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
});
const member = (user: string, ...groups: string[]): Person => ({
  user,
  groups: [...groups, "system:authenticated"],
});

const people = {
  app: account("prompt-sentinel"),
  appReader: account("sentinel-reader"),
  ci: account("scanner"),
  ciReader: account("scanner-reader"),
  operator: member("jane", "platform"),
  breakGlass: member("on-call@promptsentinel.ai"),
  preview: member("pipeline", "pipeline-preview"),
  apply: member("pipeline", "pipeline-apply"),
  stranger: member("mallory", "developers"),
};
type Who = keyof typeof people;

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const at = (group: string, resource: string, name?: string, subresource?: string) => ({
  ...{ group, resource, namespace },
  ...(name !== undefined && { name }),
  ...(subresource !== undefined && { subresource }),
});
const external = "external-secrets.io";
const rbac = "rbac.authorization.k8s.io";
const appName = "promptsentinel-prod-app";

/** What there is to be done, each with every verb. */
const things = {
  "the application's Secret": at("", "secrets", appSecret),
  "the jobs' Secret": at("", "secrets", ciSecret),
  "another Secret": at("", "secrets", "tls"),
  Secrets: at("", "secrets"),
  "Secrets of another namespace": { ...at("", "secrets"), namespace: "default" },
  "Secrets of all": { group: "", resource: "secrets" },
  "a reader's token": at("", "serviceaccounts", "sentinel-reader", "token"),
  "the application's ExternalSecret": at(external, "externalsecrets", appName),
  ExternalSecrets: at(external, "externalsecrets"),
  "the application's SecretStore": at(external, "secretstores", appName),
  SecretStores: at(external, "secretstores"),
  ClusterSecretStores: { group: external, resource: "clustersecretstores" },
  "service accounts": at("", "serviceaccounts"),
  roles: at(rbac, "roles"),
  bindings: at(rbac, "rolebindings"),
  "network policies": at("networking.k8s.io", "networkpolicies"),
  rules: at("monitoring.coreos.com", "prometheusrules"),
  Pods: at("", "pods"),
  "a Pod's shell": at("", "pods", "one", "exec"),
  Deployments: at("apps", "deployments"),
  "the namespace": at("", "namespaces", namespace),
  "another namespace": { ...at("", "namespaces", "default"), namespace: "default" },
} as const;
type What = keyof typeof things;

const look = ["get", "list", "watch"];
const write = [...look, "create", "update", "patch", "delete"];
const looked = {
  "the application's ExternalSecret": look,
  ExternalSecrets: look,
  "the application's SecretStore": look,
  SecretStores: look,
  "service accounts": look,
  roles: look,
  bindings: look,
  "network policies": look,
  rules: look,
  "the namespace": ["get"],
};

/** By hand: whatever is not here is refused. */
const allowed: Readonly<Record<Who, Readonly<Partial<Record<What, readonly string[]>>>>> = {
  app: {},
  appReader: {},
  ci: {},
  ciReader: {},
  stranger: {},
  operator: {
    "the application's ExternalSecret": ["get"],
    "the application's SecretStore": ["get"],
  },
  breakGlass: { "the application's Secret": ["get"], "the jobs' Secret": ["get"] },
  preview: looked,
  apply: {
    ...looked,
    "the application's ExternalSecret": write,
    ExternalSecrets: write,
    "network policies": write,
    rules: write,
  },
};

const secret = (name: string, value: string): Manifest => ({
  ...{ apiVersion: "v1", kind: "Secret", metadata: { name, namespace } },
  stringData: { ANTHROPIC_API_KEY: value },
});
const canary = "sk-ant-canary-0123456789abcdef";

describe("who may do what in the namespace", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    if (missing.length > 0 || !("bin" in tools)) return;
    const { manifests, result } = await registered(raw);
    const policy = result.tasks.find(({ concern }) => concern === "AuditTrail");
    cluster = await startCluster({ bin: tools.bin, auditPolicy: policy?.text ?? "" });
    const { admin } = cluster;
    await admin.define(found.flatMap((one) => ("definitions" in one ? one.definitions : [])));
    for (const manifest of manifests) await admin.apply(manifest);
    for (const name of [appSecret, ciSecret, "tls"]) await admin.apply(secret(name, canary));
    // Helm makes it.
    await admin.apply({
      ...{ apiVersion: "v1", kind: "ServiceAccount" },
      metadata: { name: "prompt-sentinel", namespace },
    });
    await admin.untilMay(people.apply, { ...at(external, "externalsecrets"), verb: "patch" });
    await admin.untilMay(people.breakGlass, { ...at("", "secrets", ciSecret), verb: "get" });
  });

  afterAll(() => (cluster as Cluster | undefined)?.stop());

  for (const who of Object.keys(people) as Who[]) {
    testAll(`${who}: by the server's own word, that and nothing else`, async () => {
      const answers: Partial<Record<What, readonly string[]>> = {};
      for (const [what, action] of Object.entries(things)) {
        const may = await Promise.all(
          verbs.map((verb) => cluster.admin.may(people[who], { ...action, verb })),
        );
        const list = verbs.filter((_, index) => may[index]);
        if (list.length > 0) answers[what as What] = list;
      }
      expect(answers).toEqual(allowed[who]);
    });
  }

  testAll("the application's own token reads nothing, and break-glass reads a Secret", async () => {
    const { admin } = cluster;
    const app = cluster.withToken(await admin.tokenOf(namespace, "prompt-sentinel"));
    await expect(app.get(secret(appSecret, ""))).rejects.toThrow("forbidden");
    const { user, groups = [] } = people.breakGlass;
    const read = await admin.as(user, ...groups).get(secret(appSecret, ""));
    expect(Buffer.from(Object.values(read["data"] as object).join(), "base64").toString()).toBe(
      canary,
    );
    await expect(admin.as(user, ...groups).get(secret("tls", ""))).rejects.toThrow("forbidden");
  });

  testAll("why an operator changes no Secret: the answer to a change shows it", async () => {
    const { admin } = cluster;
    const role = { apiVersion: `${rbac}/v1`, metadata: { name: "patches", namespace } };
    await admin.apply({
      ...{ ...role, kind: "Role" },
      rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["patch"] }],
    });
    await admin.apply({
      ...{ ...role, kind: "RoleBinding" },
      roleRef: { apiGroup: rbac, kind: "Role", name: "patches" },
      subjects: [{ apiGroup: rbac, kind: "User", name: "patcher" }],
    });
    const patcher = member("patcher");
    await admin.untilMay(patcher, { ...at("", "secrets", "tls"), verb: "patch" });
    const as = admin.as(patcher.user, ...(patcher.groups ?? []));
    const bare = { apiVersion: "v1", kind: "Secret", metadata: { name: "tls", namespace } };
    const answer = await as.apply(bare, { fieldManager: "patcher" });
    expect(Buffer.from(Object.values(answer["data"] as object).join(), "base64").toString()).toBe(
      canary,
    );
  });

  describe("the audit policy of the task", () => {
    const isOf =
      (verb: string, resource: string, name?: string) =>
      ({ verb: done, objectRef }: AuditEvent): boolean =>
        done === verb && objectRef?.resource === resource && (!name || objectRef.name === name);

    testAll("writes down who read a Secret, and tried to", async () => {
      const { admin } = cluster;
      await admin.as("on-call@promptsentinel.ai").get(secret(ciSecret, ""));
      await expect(admin.as("mallory").get(secret(ciSecret, ""))).rejects.toThrow("forbidden");
      const events = await cluster.audited(
        (event) =>
          isOf("get", "secrets", ciSecret)(event) && event.impersonatedUser?.username === "mallory",
      );
      expect(events[0]).toMatchObject({ level: "Metadata", responseStatus: { code: 403 } });
      const read = await cluster.audited(
        (event) =>
          isOf("get", "secrets", ciSecret)(event) &&
          event.impersonatedUser?.username === "on-call@promptsentinel.ai",
      );
      expect(read[0]).toMatchObject({
        ...{ level: "Metadata", responseStatus: { code: 200 } },
        objectRef: { namespace },
      });
    });

    testAll("a list over all namespaces too, which reads these with the others", async () => {
      await cluster.admin.call("GET", "/api/v1/secrets");
      const [event] = await cluster.audited(
        ({ requestURI, verb }) => verb === "list" && requestURI === "/api/v1/secrets",
      );
      expect(event).toMatchObject({ level: "Metadata", responseStatus: { code: 200 } });
    });

    testAll("a token that somebody had made, and a shell that somebody asked for", async () => {
      const { admin } = cluster;
      await admin.tokenOf(namespace, "sentinel-reader", ["vault"]);
      const [token] = await cluster.audited(isOf("create", "serviceaccounts", "sentinel-reader"));
      expect(token).toMatchObject({ level: "Metadata", objectRef: { subresource: "token" } });
      await admin.call("POST", `/api/v1/namespaces/${namespace}/pods/one/exec?command=env`);
      const [shell] = await cluster.audited(({ requestURI }) =>
        requestURI.includes("/pods/one/exec"),
      );
      expect(shell).toMatchObject({ level: "Metadata" });
    });

    testAll("a Pod that somebody made, which has what Secrets it names", async () => {
      const template = {
        metadata: { labels: { app: "thief" } },
        spec: {
          restartPolicy: "Never",
          containers: [
            { name: "one", image: "busybox", envFrom: [{ secretRef: { name: ciSecret } }] },
          ],
        },
      };
      await cluster.admin.call("POST", `/apis/batch/v1/namespaces/${namespace}/jobs`, {
        ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name: "thief" } },
        spec: { template },
      });
      const [made] = await cluster.audited(isOf("create", "jobs", "thief"));
      expect(made).toMatchObject({ level: "Metadata" });
    });

    testAll("whom a role was given to", async () => {
      const events = await cluster.audited(
        isOf("patch", "rolebindings", "promptsentinel-prod-break-glass"),
      );
      expect(events[0]).toMatchObject({ level: "Request" });
      expect(JSON.stringify(events)).toContain("on-call@promptsentinel.ai");
    });

    testAll("and no value, no token, and nothing else's", async () => {
      const { admin } = cluster;
      await admin.call("GET", `/api/v1/namespaces/${namespace}/configmaps`);
      await admin.call("GET", "/api/v1/namespaces/default/secrets");
      const token = await admin.tokenOf(namespace, "scanner-reader");
      await cluster.audited(isOf("create", "serviceaccounts", "scanner-reader"));
      const events = await cluster.audit();
      const text = JSON.stringify(events);
      expect(text).not.toContain(canary);
      expect(text).not.toContain(Buffer.from(canary).toString("base64"));
      expect(text).not.toContain(token);
      const secrets = events.filter(({ objectRef }) => objectRef?.resource === "secrets");
      expect(secrets.length).toBeGreaterThan(3);
      for (const { level, requestObject, responseObject } of secrets) {
        expect([level, requestObject, responseObject]).toEqual(["Metadata", undefined, undefined]);
      }
      expect(events.filter(({ objectRef }) => objectRef?.resource === "configmaps")).toEqual([]);
      expect(
        events.filter(
          ({ objectRef }) => objectRef?.resource === "secrets" && objectRef.namespace === "default",
        ),
      ).toEqual([]);
    });

    testAll("the metrics that tell of a silent audit are there", async () => {
      const { body } = await cluster.admin.call("GET", "/metrics");
      const rules = (
        await registered(changed(minOf("vault"), "kubernetes.audit.apiServer", "own"))
      ).manifests.find(({ kind }) => kind === "PrometheusRule");
      const text = JSON.stringify(rules);
      expect(text).toContain("increase(apiserver_audit_event_total[");
      // Counted from the first failure on, as a test cannot have one.
      expect(text).toContain("increase(apiserver_audit_error_total[");
      const counted = String(body)
        .split("\n")
        .filter((line) => line.startsWith("apiserver_audit_event_total "));
      expect(counted.map((line) => Number(line.split(" ")[1]) > 0)).toEqual([true]);
    });
  });
});
