import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max, min, minOf, selfReading } from "../../fixtures/kubernetes";
import { once } from "../../fixtures/once";
import { named, ofType, type Recorded } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const resourcesOf = async (raw: Record<string, unknown>): Promise<readonly Recorded[]> =>
  (await made(raw)).resources;
const role = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const binding = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";

describe("roles", () => {
  test("the smallest stack has none: Pods call nothing, and RBAC only allows", async () => {
    const resources = await resourcesOf(min);
    expect(ofType(resources, role)).toEqual([]);
    expect(ofType(resources, binding)).toEqual([]);
  });

  test("none lists or watches Secrets, has a wildcard, or is the whole cluster's", async () => {
    const resources = await resourcesOf(max);
    const roles = ofType(resources, role);
    expect(roles.map(({ name }) => name).sort()).toEqual([
      ...["kubernetes-access-breakGlass-role", "kubernetes-access-operator-role"],
      ...["kubernetes-ci-apply-role", "kubernetes-ci-preview-role"],
    ]);
    expect(resources.filter(({ type }) => /ClusterRole/.test(type))).toEqual([]);
    expect(JSON.stringify(roles)).not.toContain("*");
    type Rule = { resources: string[]; verbs: string[]; resourceNames?: string[] };
    const onSecrets = roles.flatMap(({ name, inputs }) =>
      (inputs["rules"] as Rule[])
        .filter(({ resources: of }) => of.includes("secrets"))
        .map((rule) => [name, rule.verbs, rule.resourceNames]),
    );
    expect(onSecrets).toEqual([
      ["kubernetes-access-breakGlass-role", ["get"], ["sentinel-prompt-sentinel", "scanner-keys"]],
    ]);
  });

  test("are bound to who is named, and never to a service account", async () => {
    const bindings = ofType(await resourcesOf(max), binding);
    expect(
      Object.fromEntries(bindings.map(({ name, inputs }) => [name, inputs["subjects"]])),
    ).toEqual({
      "kubernetes-access-breakGlass-binding": [
        {
          ...{ apiGroup: "rbac.authorization.k8s.io", kind: "User" },
          name: "on-call@promptsentinel.ai",
        },
      ],
      "kubernetes-access-operator-binding": [
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "platform" },
      ],
      "kubernetes-ci-preview-binding": [
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "pipeline-preview" },
      ],
      "kubernetes-ci-apply-binding": [
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "pipeline-apply" },
      ],
    });
  });
});

describe("service accounts", () => {
  const accounts = async (raw: Record<string, unknown>): Promise<readonly unknown[]> =>
    ofType(await resourcesOf(raw), "kubernetes:core/v1:ServiceAccount")
      .map(({ inputs }) => [
        (inputs["metadata"] as { name: string }).name,
        inputs["automountServiceAccountToken"],
      ])
      .sort();

  test("one for Pods and one that reads, and none has a token unasked", async () => {
    expect(await accounts(min)).toEqual([
      ["prompt-sentinel", false],
      ["prompt-sentinel-reader", false],
    ]);
  });

  test("Helm's own is not made", async () => {
    expect(await accounts(max)).toEqual([
      ...[["scanner", false]],
      ...[["scanner-reader", false]],
      ...[["sentinel-reader", false]],
    ]);
  });

  test("one for both is made once, and says who it is", async () => {
    const raw = changed(
      changed(minOf("aws"), "kubernetes.access.app.reader", "prompt-sentinel"),
      "aws.access.app.irsa.serviceAccount",
      "prompt-sentinel",
    );
    expect(await accounts(raw)).toEqual([["prompt-sentinel", false]]);
    const { logins } = (await made(raw)).results["kubernetes"]?.wiring.identities.app ?? {};
    expect(logins?.["pod"]).toMatchObject({
      "eks.amazonaws.com/role-arn": "arn:aws:iam::210987654321:role/promptsentinel-dev-app-irsa",
    });
    // And Helm's own is not made at all.
    expect(await accounts(changed(raw, "kubernetes.access.app.mode", "external"))).toEqual([]);
  });
});

describe("what Pods call", () => {
  const policyOf = async (raw: Record<string, unknown>) =>
    named(await resourcesOf(raw), "kubernetes-access-egress").inputs["spec"] as {
      podSelector: unknown;
      policyTypes: unknown;
      egress: { to: object[]; ports: { port: number }[] }[];
    };
  const ports = async (raw: Record<string, unknown>): Promise<readonly (readonly number[])[]> =>
    (await policyOf(raw)).egress.map((rule) => rule.ports.map(({ port }) => port));

  test("is names, HTTPS and Redis, of the chart's Pods", async () => {
    const { podSelector, policyTypes, egress } = await policyOf(min);
    expect(podSelector).toEqual({ matchLabels: { "app.kubernetes.io/name": "prompt-sentinel" } });
    expect(policyTypes).toEqual(["Egress"]);
    expect(await ports(min)).toEqual([[53, 53], [443], [6379]]);
    // Not a machine's own services, which would tell a Pod that it is the machine.
    expect(egress[1]?.to).toEqual([
      { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } },
      { ipBlock: { cidr: "::/0", except: ["fe80::/10"] } },
    ]);
    expect(egress[2]?.to).toEqual([{ podSelector: {} }]);
    for (const { to } of egress) expect(to.length).toBeGreaterThan(0);
  });

  test("is a Redis elsewhere, by its addresses", async () => {
    const { egress } = await policyOf(max);
    expect(egress[2]?.to).toEqual([{ ipBlock: { cidr: "10.20.0.0/24" } }]);
  });

  test("is Vault only where Pods ask it themselves, by its own port", async () => {
    const { egress } = await policyOf(selfReading("vault", "vaultAgent"));
    expect(egress[3]).toEqual({
      to: [
        { ipBlock: { cidr: "10.30.0.0/24" } },
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "vault" } } },
      ],
      ports: [{ protocol: "TCP", port: 8200 }],
    });
    expect(await ports(selfReading("vault", "csi"))).toEqual([[53, 53], [443], [6379]]);
  });

  test("is anything where the setting says so", async () => {
    const raw = changed(min, "kubernetes.network.policy", "none");
    const type = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
    expect(ofType(await resourcesOf(raw), type)).toEqual([]);
  });
});

test("Reloader is told of the Secret by the Pods' own annotation, unless somebody else restarts", async () => {
  const loginsOf = async (raw: Record<string, unknown>) =>
    (await made(raw)).results["kubernetes"]?.wiring.identities.app?.logins;
  expect((await loginsOf(max))?.["podAnnotations"]).toEqual({
    "secret.reloader.stakater.com/reload": "sentinel-prompt-sentinel",
  });
  expect(await loginsOf(changed(max, "kubernetes.restart", "none"))).not.toHaveProperty(
    "podAnnotations",
  );
});
