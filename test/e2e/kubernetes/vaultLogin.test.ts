import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../../infra/config";
import { findServer } from "../../../sandbox/openbao/find";
import { startServer, type RunningServer } from "../../../sandbox/openbao/server";
import { platforms } from "../../../stacks/platforms";
import { VaultClient } from "../../../stores/vault/client";
import { readEntry } from "../support/entries";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { outside } from "../../fixtures/kubernetes";
import { named, type Recorded } from "../../support/mocks";
import { findTools } from "../support/goTools/find";
import type { Manifest } from "../support/kubernetes/client";
import { findDefinitions } from "../support/kubernetes/crds";
import { startCluster, type Cluster } from "../support/kubernetes/server";
import { testWith } from "../support/needs";

const tools = findTools("apiserver");
const found = (["external-secrets", "prometheus-operator"] as const).map((one) =>
  findDefinitions(one),
);
const missing = [tools, ...found].flatMap((one) => ("missing" in one ? [one.missing] : []));
const testAll = testWith(missing.length > 0 ? missing.join("; ") : undefined);

interface Store {
  readonly vault: {
    readonly path: string;
    readonly auth: {
      readonly kubernetes: {
        readonly mountPath: string;
        readonly role: string;
        readonly serviceAccountRef: { readonly name: string; readonly audiences: string[] };
      };
    };
  };
}

/** What External Secrets does with a store, against a real OpenBao that asks a real API server. */
describe("the reader of a Vault outside of the cluster", () => {
  let cluster: Cluster;
  let bao: RunningServer;
  let resources: readonly Recorded[];
  const inputs = (name: string) => named(resources, name).inputs;

  beforeAll(async () => {
    if (missing.length > 0 || !("bin" in tools)) return;
    cluster = await startCluster({ bin: tools.bin });
    bao = await startServer({ program: await findServer({ log: () => undefined }) });
    const { clusters } = parse(readFileSync(cluster.kubeconfig, "utf8")) as {
      clusters: { cluster: Record<string, string> }[];
    };
    const ca = join(dirname(cluster.kubeconfig), "ca.pem");
    const data = clusters[0]?.cluster["certificate-authority-data"] ?? "";
    await writeFile(ca, Buffer.from(data, "base64"));
    const raw = changed(outside(ca), "vault.auth.kubernetes.host", cluster.address);
    resources = (await deploy(parseConfig(raw, platforms))).resources;

    // The cluster as its part of the program registers it, and the server as Vault's part does.
    const { admin } = cluster;
    await admin.define(found.flatMap((one) => ("definitions" in one ? one.definitions : [])));
    for (const { type, inputs: manifest } of resources) {
      if (type.startsWith("kubernetes:")) await admin.apply(manifest as unknown as Manifest);
    }
    const root = new VaultClient({ address: bao.address, token: bao.rootToken });
    await root.ask("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
    await root.ask("POST", "sys/auth/kubernetes", { type: "kubernetes" });
    const config = inputs("vault-access-kubernetes-config");
    await root.ask("POST", "auth/kubernetes/config", {
      kubernetes_host: config["kubernetesHost"],
      kubernetes_ca_cert: config["kubernetesCaCert"],
      disable_local_ca_jwt: config["disableLocalCaJwt"],
    });
    const role = inputs("vault-access-app-kubernetes");
    const policy = inputs("vault-access-app-policy");
    await root.ask("PUT", `sys/policies/acl/${String(policy["name"])}`, {
      policy: policy["policy"],
    });
    await root.ask("POST", `auth/kubernetes/role/${String(role["roleName"])}`, {
      bound_service_account_names: role["boundServiceAccountNames"],
      bound_service_account_namespaces: role["boundServiceAccountNamespaces"],
      audience: role["audience"],
      token_policies: role["tokenPolicies"],
      token_no_default_policy: role["tokenNoDefaultPolicy"],
    });
    // A new mount sets itself up for a moment.
    for (let tries = 0; tries < 50; tries++) {
      const { status } = await root.call("POST", "secret/data/promptsentinel/api_keys", {
        data: { anthropic: "sk-ant-of-this-test" },
      });
      if (status === 200) break;
    }
  });

  afterAll(async () => {
    await (cluster as Cluster | undefined)?.stop();
    await (bao as RunningServer | undefined)?.stop();
  });

  const login = async (name: string, audiences: readonly string[]) => {
    const { auth } = (inputs("kubernetes-store-app-store")["spec"] as { provider: Store }).provider
      .vault;
    const jwt = await cluster.admin.tokenOf("prompt-sentinel", name, audiences);
    const anonymous = new VaultClient({ address: bao.address });
    return anonymous.call("POST", `auth/${auth.kubernetes.mountPath}/login`, {
      ...{ role: auth.kubernetes.role, jwt },
    });
  };

  testAll("logs in as its store says, and reads what its ExternalSecret names", async () => {
    const { vault } = (inputs("kubernetes-store-app-store")["spec"] as { provider: Store })
      .provider;
    const { name, audiences } = vault.auth.kubernetes.serviceAccountRef;
    expect(audiences).toEqual(["vault", "https://kubernetes.default.svc"]);
    const reviews = { group: "authentication.k8s.io", resource: "tokenreviews", verb: "create" };
    const user = `system:serviceaccount:prompt-sentinel:${name}`;
    await cluster.admin.untilMay({ user }, reviews);
    const { status, body } = await login(name, audiences);
    expect(status).toBe(200);
    const { auth } = body as { auth: { client_token: string } };
    const { data } = inputs("kubernetes-store-app-keys")["spec"] as {
      data: { secretKey: string; remoteRef: { key: string; property: string } }[];
    };
    const [{ remoteRef } = { remoteRef: { key: "", property: "" } }] = data;
    const client = new VaultClient({ address: bao.address, token: auth.client_token });
    const { fields } = await readEntry(client, { mount: vault.path, path: remoteRef.key });
    expect(fields[remoteRef.property]).toBe("sk-ant-of-this-test");
  });

  testAll("and is refused without the API server's audience, and without Vault's", async () => {
    const reader = "prompt-sentinel-reader";
    expect(await login(reader, ["vault"])).toMatchObject({ status: 403 });
    expect(await login(reader, ["https://kubernetes.default.svc"])).not.toMatchObject({
      status: 200,
    });
  });

  testAll("and the application's own account is refused by everything", async () => {
    const audiences = ["vault", "https://kubernetes.default.svc"];
    expect(await login("prompt-sentinel", audiences)).toMatchObject({ status: 403 });
  });
});
