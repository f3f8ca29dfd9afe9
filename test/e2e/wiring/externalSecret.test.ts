import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { parseAllDocuments } from "yaml";
import type { Wiring } from "../../../infra/wiring/document";
import { externalSecret } from "../../../infra/wiring/render/externalSecret";
import {
  clusterPlatforms,
  inputFrom,
  inputOf,
  rendered,
  type ClusterCase,
  type ClusterPlatform,
} from "../../fixtures/clusterWiring";
import { inTempDir } from "../../fixtures/tempDir";
import { findTools } from "../support/goTools/find";
import type { Manifest } from "../support/kubernetes/client";
import { findDefinitions } from "../support/kubernetes/crds";
import { customSchemas } from "../support/kubernetes/schemas";
import { startCluster, type Cluster } from "../support/kubernetes/server";
import { testWith } from "../support/needs";

// External Secrets' own definitions say what it takes. That it logs in with it would need its controller and a cloud.
const tools = findTools("apiserver");
const found = findDefinitions("external-secrets");
const needs = [tools, found].flatMap((one) => ("missing" in one ? [one.missing] : []));
const testSchemas = testWith("missing" in found ? found.missing : undefined);
const testCluster = testWith(needs.length > 0 ? needs.join("; ") : undefined);

const manifestsOf = (text: string): Manifest[] =>
  parseAllDocuments(text).map((one) => one.toJS() as Manifest);

const controller = { namespace: "external-secrets", serviceAccount: "external-secrets" };
const cases: readonly (readonly [string, ClusterPlatform, ClusterCase])[] = [
  ...clusterPlatforms.map((name) => [name, name, {}] as const),
  ["vault without a namespace", "vault", { settings: { "vault.namespace": undefined } }],
  [
    "aws by EKS Pod Identity",
    "aws",
    {
      settings: {
        "aws.access.app.irsa": undefined,
        "aws.access.app.podIdentity": { cluster: "main", ...controller },
      },
    },
  ],
  [
    "gcp with regional secrets",
    "gcp",
    {
      settings: {
        "gcp.secrets.replication": "regional",
        "gcp.secrets.locations": undefined,
        "gcp.encryption.protection": "software",
      },
    },
  ],
];

describe.each(cases)("of %s", (_, name, stack) => {
  testSchemas("is what the definitions say, and nothing that they do not know", async () => {
    const validate = customSchemas("definitions" in found ? found.definitions : []);
    const [store, secret] = manifestsOf(await rendered(externalSecret, name, stack));
    if (!store || !secret) throw new Error("not two documents");
    expect([validate(store), validate(secret)]).toEqual([[], []]);
    // The schemas would say so if it were otherwise.
    const { provider } = store["spec"] as { provider: object };
    const wrong = Object.fromEntries(
      Object.entries(provider).map(([key, spec]) => [key, { ...(spec as object), other: 1 }]),
    );
    expect(validate({ ...store, spec: { provider: wrong } }).join()).toContain('"other"');
  });
});

describe("on an API server", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    if (!("bin" in tools) || !("definitions" in found)) return;
    cluster = await startCluster({ bin: tools.bin });
    await cluster.admin.define(found.definitions);
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "prompt-sentinel" },
    };
    await cluster.admin.apply(namespace);
  });

  afterAll(() => (cluster as Cluster | undefined)?.stop());

  testCluster("all are taken as they are", async () => {
    for (const [index, [, name, stack]] of cases.entries()) {
      const target = { release: `r${String(index)}` };
      const all = manifestsOf(await rendered(externalSecret, name, { ...stack, target }));
      for (const manifest of all) {
        const { spec } = (await cluster.admin.apply(manifest)) as { spec?: unknown };
        // Defaults come to it; nothing goes.
        expect(spec).toMatchObject(manifest["spec"] as object);
      }
    }
  });

  testCluster("a store of two providers is refused: what is taken was looked at", async () => {
    const [store] = manifestsOf(await rendered(externalSecret, "aws"));
    if (!store) throw new Error("no store");
    const { provider } = store["spec"] as { provider: object };
    const two = { ...provider, fake: { data: [] } };
    await expect(cluster.admin.apply({ ...store, spec: { provider: two } })).rejects.toThrow(
      "spec.provider",
    );
  });

  testCluster("a reader in Go reads what was meant, whatever the texts", async () => {
    const awkward = "a: b #c '\"\\$x {{ y }} $(z)\t\u0085\u2028\ufeffé\r\n - no";
    const { wiring } = await inputOf("vault");
    const document = JSON.parse(JSON.stringify(wiring), (key, value: unknown) =>
      key === "VAULT_ADDR" || key === "field" ? awkward : value,
    ) as Wiring;
    const text = externalSecret.render(inputFrom(document, "vault"));
    const json = await inTempDir(async (folder) => {
      if (!("bin" in tools)) throw new Error(tools.missing);
      await writeFile(join(folder, "manifests.yaml"), text);
      const args = ["apply", "--dry-run=server", "--output=json", "--filename", folder];
      const { stdout } = await execa(join(tools.bin, "kubectl"), args, {
        env: { KUBECONFIG: cluster.kubeconfig, HOME: folder },
      });
      return stdout;
    });
    const { items } = JSON.parse(json) as { items: [object, { spec: { data: object[] } }] };
    expect(items[0]).toMatchObject({ spec: { provider: { vault: { server: awkward } } } });
    expect(items[1].spec.data).toHaveLength(5);
    for (const { remoteRef } of items[1].spec.data as { remoteRef: object }[]) {
      expect(remoteRef).toMatchObject({ property: awkward });
    }
  });
});
