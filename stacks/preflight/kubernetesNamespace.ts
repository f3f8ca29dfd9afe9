import { isDryRun } from "@pulumi/pulumi/runtime";
import type { Finding } from "../../infra/contracts/platform";
import { podAccount, secretName, workloadsOf } from "../../infra/kubernetes/layout";
import { pipelineRules } from "../../infra/kubernetes/pipelineGrants";
import { told, type ClusterClient } from "../../stores/kubernetes/client";
import type { Look } from "./kubernetes";

const error = (message: string): Finding => ({ severity: "error", message });
const warning = (message: string): Finding => ({ severity: "warning", message });

type Labels = Readonly<Record<string, string>>;

/** From the tightest. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const standards = ["restricted", "baseline", "privileged"];

/** The setting says whose namespace it is; the server only confirms it. */
export const namespace: Look = async (client, { environment, settings }) => {
  const { mode, name, podSecurity } = settings.namespace;
  const answer = await client.call("GET", `/api/v1/namespaces/${name}`);
  if (answer.status === 404) {
    return mode === "create"
      ? []
      : [
          error(
            `kubernetes.namespace.name: there is no namespace ${name}; fix: set kubernetes.namespace.mode to create, or name one that exists`,
          ),
        ];
  }
  if (answer.status !== 200) {
    return [
      warning(
        `kubernetes.namespace: not checked (${told(answer)}); it needs to get the namespace, and Kubernetes says it in the up`,
      ),
    ];
  }
  const { metadata, status } = answer.body as {
    metadata: { labels?: Labels };
    status?: { phase?: string };
  };
  if (status?.phase === "Terminating") {
    return [
      error(`kubernetes.namespace: ${name} is being deleted; fix: wait until it is, and run again`),
    ];
  }
  const { labels = {} } = metadata;
  const ours =
    labels["managed-by"] === "pulumi" &&
    labels["app"] === environment.app &&
    labels["stage"] === environment.stage;
  if (mode === "create") {
    return ours
      ? []
      : [
          error(
            `kubernetes.namespace.mode: got create, but ${name} exists and is not ours; allowed: external; fix: set kubernetes.namespace.mode to external, or choose another name`,
          ),
        ];
  }
  const enforced = labels["pod-security.kubernetes.io/enforce"] ?? "privileged";
  return standards.indexOf(enforced) <= standards.indexOf(podSecurity)
    ? []
    : [
        warning(
          `kubernetes.namespace.podSecurity: got ${podSecurity}, and ${name} takes ${enforced} Pods; fix: have its owner set pod-security.kubernetes.io/enforce=${podSecurity} on it`,
        ),
      ];
};

/** Whether somebody may do that, by the server's own word; undefined where the caller may not ask. */
async function may(
  client: ClusterClient,
  user: string | undefined,
  resourceAttributes: object,
): Promise<boolean | undefined> {
  const kind = user === undefined ? "SelfSubjectAccessReview" : "SubjectAccessReview";
  const { status, body } = await client.call(
    "POST",
    `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`,
    {
      ...{ apiVersion: "authorization.k8s.io/v1", kind },
      spec: {
        ...(user !== undefined && { user, groups: groupsOf(user) }),
        resourceAttributes,
      },
    },
  );
  if (status !== 201) return undefined;
  return (body as { status: { allowed: boolean } }).status.allowed;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
const groupsOf = (user: string): readonly string[] => [
  "system:serviceaccounts",
  `system:serviceaccounts:${user.split(":")[2] ?? ""}`,
  "system:authenticated",
];

/** RBAC only allows: what somebody else has granted to Pods, such as the shipped manifests' Role, is not taken away. */
export const podsWithout: Look = async (client, { settings }) => {
  const { name } = settings.namespace;
  const found = await Promise.all(
    workloadsOf(settings).map(async (workload): Promise<readonly Finding[]> => {
      const account = podAccount(workload, settings);
      const user = `system:serviceaccount:${name}:${account}`;
      const secrets = { resource: "secrets", namespace: name };
      const one = { ...secrets, verb: "get", name: secretName(workload, settings) };
      const answers = await Promise.all([
        may(client, user, one),
        may(client, user, { ...secrets, verb: "list" }),
      ]);
      if (answers.includes(true)) {
        return [
          error(
            `kubernetes.access.${workload}: the service account ${account} of ${name} may read Secrets by somebody else's role, as that of the application's rbac.yaml; fix: take it away (\`kubectl auth can-i --list --as=${user} -n ${name}\` shows it)`,
          ),
        ];
      }
      return answers.includes(undefined)
        ? [
            warning(
              `kubernetes.access.${workload}: whether its Pods may read Secrets by somebody else's role: not checked; it needs to create subjectaccessreviews`,
            ),
          ]
        : [];
    }),
  );
  return found.flat();
};

/** The program does what CI's roles may do, a preview as `preview`: their rules are the list of what to ask for. */
export const rights: Look = async (client, { settings }) => {
  const rules = pipelineRules(isDryRun() ? "preview" : "apply", settings).flatMap(
    ({ apiGroups, resources, verbs, resourceNames }) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => ({
          ...{ group: apiGroups[0] ?? "", resource, verb, namespace: settings.namespace.name },
          ...(resourceNames && { name: resourceNames[0] ?? "" }),
        })),
      ),
  );
  const allowed = await Promise.all(rules.map((rule) => may(client, undefined, rule)));
  const missing = rules.filter((_, at) => allowed[at] === false);
  if (missing.length === 0) return [];
  const list = missing.map(({ verb, resource, group }) =>
    [verb, " ", resource, group === "" ? "" : `.${group}`].join(""),
  );
  return [
    error(
      `Kubernetes: who is logged in may not ${list.join(", ")} in ${settings.namespace.name}; fix: log in as somebody who may, or have an administrator grant it`,
    ),
  ];
};
