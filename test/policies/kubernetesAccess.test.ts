import { parseConfig } from "../../infra/config";
import { platforms } from "../../stacks/platforms";
import { deploy } from "../fixtures/deploy";
import { max, outside } from "../fixtures/kubernetes";
import { named, type Recorded } from "../support/mocks";
import { reportedOf, rule, set, shown, type Change } from "./changedStack";
import { check, unknown, type Resource } from "./check";

let made: readonly Recorded[];
beforeAll(async () => {
  made = (await deploy(parseConfig(max, platforms))).resources;
});

const api = "kubernetes:rbac.authorization.k8s.io/v1";
const group = "rbac.authorization.k8s.io";
const breakGlass = "kubernetes-access-breakGlass-role";
const apply = "kubernetes-ci-apply-role";
const binding = "kubernetes-access-breakGlass-binding";
const operator = "kubernetes-access-operator-binding";
const account = { kind: "ServiceAccount", name: "prompt-sentinel", namespace: "prompt-sentinel" };

const reported = (resource: string, change: Change): Promise<string> =>
  reportedOf("kubernetes-least-privilege", made, resource, change);
const allows = (
  resources: readonly string[],
  verbs: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): Change => set("rules", [{ apiGroups: [""], resources, verbs, ...more }]);

const some = { resourceNames: ["keys"] };
test.each<[string, Change, string]>([
  ["every verb", allows(["configmaps"], ["*"]), "have *; allowed: groups, resources, verbs"],
  ["every resource", allows(["*"], ["get"]), "have /*"],
  ["every part of one", allows(["pods/*"], ["get"]), "have /pods/*"],
  ["every group", allows(["configmaps"], ["get"], { apiGroups: ["*"] }), "have */configmaps"],
  [
    "every path",
    set("rules", [{ nonResourceURLs: ["*"], verbs: ["get"] }]),
    "have *; allowed: groups, resources, verbs and paths by name",
  ],
  ["every path below one", set("rules", [{ nonResourceURLs: ["/a/*"], verbs: ["get"] }]), "/a/*"],
  ["get of all Secrets", allows(["secrets"], ["get"]), "all secrets of the namespace"],
  ["no names", allows(["secrets"], ["get"], { resourceNames: [] }), "all secrets of the"],
  ["Secrets among others", allows(["configmaps", "secrets"], ["get"]), "all secrets of the"],
  ...["list", "watch", "create", "update", "patch", "delete", "deletecollection"].map(
    (verb): [string, Change, string] => [
      `${verb} of a Secret`,
      allows(["secrets"], ["get", verb], some),
      `have ${verb} of secrets, which tells values`,
    ],
  ),
  ["rules to come", set("rules", unknown), "rules cannot be read"],
  ["one rule to come", set("rules", [unknown]), "rules cannot be read"],
  ["verbs to come", set("rules.0.verbs", unknown), "rules cannot be read"],
  ["a verb to come", set("rules.0.verbs", [unknown]), "rules cannot be read"],
  ["groups to come", set("rules.0.apiGroups", unknown), "rules cannot be read"],
  ["resources to come", set("rules.0.resources", ["pods", unknown]), "rules cannot be read"],
  ["names to come", set("rules.0.resourceNames", [unknown]), "rules cannot be read"],
  ["paths to come", set("rules.0.nonResourceURLs", unknown), "rules cannot be read"],
  ["others' rules", set("aggregationRule", { clusterRoleSelectors: [] }), "aggregationRule: takes"],
  [
    "all who may edit",
    set("metadata.labels", { "rbac.authorization.k8s.io/aggregate-to-edit": "true" }),
    "have rbac.authorization.k8s.io/aggregate-to-edit, by which all",
  ],
])("no role has %s", async (_, change, says) => {
  expect(await reported(breakGlass, change)).toContain(says);
});

const write = ["create", "update", "patch"];
const workloads = "gives a Pod any Secret";
const doors: readonly (readonly [
  what: string,
  groups: readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
  why: string,
])[] = [
  ["roles", [group], ["roles", "clusterroles"], ["escalate", "bind"], "gives itself"],
  ["somebody", [""], ["users", "groups", "serviceaccounts"], ["impersonate"], "becomes somebody"],
  [
    "parts of somebody",
    ["authentication.k8s.io"],
    ["users"],
    ["impersonate:user-info"],
    "becomes somebody else",
  ],
  [
    "grants",
    [group],
    ["roles", "clusterroles", "rolebindings", "clusterrolebindings"],
    write,
    "says who else",
  ],
  ["tokens", [""], ["serviceaccounts/token"], ["create"], "becomes a service account"],
  ["accounts", [""], ["serviceaccounts"], write, "says which identity of a cloud"],
  ["Pods", [""], ["pods", "podtemplates", "replicationcontrollers"], write, workloads],
  [
    "what makes Pods",
    ["apps", "extensions"],
    ["deployments", "daemonsets", "replicasets", "statefulsets"],
    write,
    workloads,
  ],
  ["jobs", ["batch"], ["jobs", "cronjobs"], write, workloads],
  [
    "inside of Pods",
    [""],
    [
      ...["pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "pods/ephemeralcontainers"],
      ...["nodes/proxy", "services/proxy"],
    ],
    ["get", "create", "update"],
    "is in Pods that have Secrets",
  ],
  [
    "stores",
    ["external-secrets.io"],
    [
      ...["secretstores", "clustersecretstores", "pushsecrets", "clusterpushsecrets"],
      "clusterexternalsecrets",
    ],
    write,
    "says to whom logins and values are sent",
  ],
  [
    "stores of the driver",
    ["secrets-store.csi.x-k8s.io"],
    ["secretproviderclasses"],
    write,
    "says to whom logins and values are sent",
  ],
  [
    "certificates",
    ["certificates.k8s.io"],
    ["certificatesigningrequests/approval", "certificatesigningrequests/status"],
    ["update", "patch"],
    "makes itself a login",
  ],
  ["signers", ["certificates.k8s.io"], ["signers"], ["approve", "sign"], "makes itself a login"],
  [
    "webhooks",
    ["admissionregistration.k8s.io"],
    ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
    write,
    "is shown what others write",
  ],
  ["volumes", [""], ["persistentvolumes"], write, "reads the files of a node"],
  ["standards", [""], ["namespaces"], ["update", "patch"], "takes away what Pods"],
];

/** Each role of the stack with each door, one resource and verb at a time, beside its own rules. */
test.each(doors)("no role of the stack opens a door to %s", async (_, groups, all, verbs, why) => {
  const roles = made.filter(({ type }) => type === `${api}:Role`);
  expect(roles).toHaveLength(4);
  for (const { name, inputs } of roles) {
    const own = inputs["rules"] as readonly object[];
    const more = groups.flatMap((one) =>
      all.flatMap((resource) =>
        verbs.map((verb) => ({
          ...{ apiGroups: ["policy", one], resources: ["other", resource], verbs: ["get", verb] },
          // Names bound nothing here: some objects are as good as all.
          resourceNames: ["one"],
        })),
      ),
    );
    for (const rules of more.map((one) => [...own, one])) {
      expect(await reported(name, set("rules", rules))).toContain(why);
    }
  }
});

test.each<[string, Change]>([
  ["nothing", set("rules", undefined)],
  ["looking at what makes Pods", allows(["pods", "serviceaccounts"], ["get", "list", "watch"])],
  ["a namespace by name", allows(["namespaces"], ["get"], { resourceNames: ["a"] })],
  ["its own kinds", allows(["externalsecrets"], write, { apiGroups: ["external-secrets.io"] })],
  ["what has such a name elsewhere", allows(["secrets"], ["list"], { apiGroups: ["a.example"] })],
  ["a path", set("rules", [{ nonResourceURLs: ["/healthz"], verbs: ["get"] }])],
  ["a Secret by name", allows(["secrets"], ["get"], some)],
])("a role may have %s", async (_, change) => {
  expect(await reported(breakGlass, change)).toBe("");
});

test("a role of the whole cluster reads no Secret", async () => {
  const { inputs } = named(made, breakGlass);
  const clusterRole = { type: `${api}:ClusterRole`, props: inputs };
  const [problem, ...more] = await check(rule("kubernetes-least-privilege"), [clusterRole]);
  expect(problem).toContain("in whatever namespace the role is given");
  expect(more).toEqual([]);
});

test.each(["Role", "RolePatch", "ClusterRole", "ClusterRolePatch"])(
  "a %s is looked at, in whatever version",
  async (kind) => {
    for (const version of ["v1", "v1beta1", "v1alpha1"]) {
      const type = `kubernetes:rbac.authorization.k8s.io/${version}:${kind}`;
      const props = allows(["pods"], ["create"])({});
      expect(await check(rule("kubernetes-least-privilege"), [{ type, props }])).toHaveLength(1);
    }
  },
);

const to = (...subjects: readonly unknown[]): Change => set("subjects", subjects);
const wide = [
  ...["system:authenticated", "system:unauthenticated", "system:masters", "system:serviceaccounts"],
  ...["system:serviceaccounts:prompt-sentinel", "system:nodes", "*"],
];
const subjects: readonly (readonly [Change, string])[] = [
  ...wide.map((name): readonly [Change, string] => [
    to({ kind: "Group", name }),
    `got ${name}, which is more than one identity`,
  ]),
  [to({ kind: "User", name: "system:anonymous" }), "got system:anonymous"],
  [to({ kind: "User", name: "*" }), "got *, which is more than one"],
  [to({ ...account, name: "default" }), "got the service account default"],
  [to({ kind: "User", name: unknown }), "is not known before the run"],
  [to({ kind: "User" }), "one has no kind or name"],
  [to({ name: "somebody" }), "one has no kind or name"],
  [to(unknown), "one has no kind or name"],
  [to({ kind: "User", name: "" }), "one has no kind or name"],
  [set("subjects", unknown), "subjects cannot be read"],
];
test.each(subjects)("no binding of the stack is to these: %#", async (change, says) => {
  const bindings = made.filter(({ type }) => type === `${api}:RoleBinding`);
  expect(bindings).toHaveLength(4);
  for (const { name } of bindings) expect(await reported(name, change)).toContain(says);
});

test("Pods get no role that reads Secrets, and may get another", async () => {
  const says = "got the service account prompt-sentinel, and the role reads Secrets";
  expect(await reported(binding, to(account))).toContain(says);
  expect(await reported(operator, to(account))).toBe("");
});

test.each<[string, Change]>([
  ["an administrator's", set("roleRef", { kind: "ClusterRole", name: "cluster-admin" })],
  ["Kubernetes' own", set("roleRef", { kind: "ClusterRole", name: "view" })],
  ["somebody else's", set("roleRef.name", "other")],
  ["one to come", set("roleRef.name", unknown)],
  ["none", set("roleRef", undefined)],
  ["one of another kind", set("roleRef.kind", "ClusterRole")],
  ["one of another namespace", set("metadata.namespace", "other")],
])("a binding is of a role of the program, not %s", async (_, change) => {
  expect(await reported(operator, change)).toContain("or not of this program");
});

test("a role is seen before it is granted, and a patch is none", async () => {
  const [role, grant] = [
    shown(named(made, apply)),
    shown(named(made, "kubernetes-ci-apply-binding")),
  ];
  const count = async (...all: readonly Resource[]): Promise<number> =>
    (await check(rule("kubernetes-least-privilege"), all)).length;
  expect(await count(role, grant)).toBe(0);
  expect(await count(grant, role)).toBe(1);
  expect(await count({ ...role, type: `${api}:RolePatch` }, grant)).toBe(1);
});

test("a role of the whole cluster may be granted in a namespace", async () => {
  const props = { ...allows(["pods"], ["list"])({}), metadata: { name: "looks" } };
  const grant = {
    ...{ metadata: { namespace: "a" }, roleRef: { kind: "ClusterRole", name: "looks" } },
    subjects: [account],
  };
  const all = (type: string): readonly Resource[] => [
    { type: `${api}:ClusterRole`, props },
    { type: `${api}:${type}`, props: grant },
  ];
  expect(await check(rule("kubernetes-least-privilege"), all("RoleBinding"))).toEqual([]);
  const [problem] = await check(rule("kubernetes-least-privilege"), all("ClusterRoleBinding"));
  expect(problem).toContain("got looks in every namespace; allowed: system:auth-delegator");
});

test("in the whole cluster a store's account may ask about tokens, and do nothing else", async () => {
  const { resources } = await deploy(parseConfig(outside(__filename), platforms));
  const reviews = "kubernetes-store-app-reviews";
  const otherwise = (change: Change): Promise<string> =>
    reportedOf("kubernetes-least-privilege", resources, reviews, change);
  expect(await otherwise(set("roleRef.name", "cluster-admin"))).toContain("got cluster-admin");
  expect(await otherwise(set("roleRef.name", unknown))).toContain("in every namespace");
  expect(await otherwise(to({ kind: "Group", name: "system:authenticated" }))).toContain(
    "got system:authenticated",
  );
});
