import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding";
import { Role } from "@pulumi/kubernetes/rbac/v1/role";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { physicalName } from "../naming";
import { explainKind, explainTaken } from "./errorHooks";
import type { KubernetesSettings } from "./settings";
import type { Texts } from "./sources/source";

/** Where objects stand. */
export interface Place {
  readonly environment: Environment;
  readonly settings: Pick<KubernetesSettings, "namespace">;
  readonly children: Children;
}

const metadata = (name: string, { environment, settings }: Place) => ({
  name,
  namespace: settings.namespace.name,
  labels: { ...environment.tags },
});

const ofSomebodyElse = "of somebody else: choose another name";

/** Options of a child that tell of an object that is there. */
const options = (
  suffix: string,
  what: string,
  { children }: Place,
  whose = ofSomebodyElse,
  more: readonly pulumi.ErrorHook[] = [],
  dependsOn: readonly pulumi.Resource[] = [],
): pulumi.CustomResourceOptions =>
  children.options({
    dependsOn: [...dependsOn],
    hooks: { onError: [explainTaken(children.name(suffix), what, whose), ...more] },
  });

/** Kinds of operators, and who brings them. */
export const kinds = {
  SecretStore: { apiVersion: "external-secrets.io/v1", operator: "External Secrets 0.17 or newer" },
  ExternalSecret: {
    apiVersion: "external-secrets.io/v1",
    operator: "External Secrets 0.17 or newer",
  },
  SecretProviderClass: {
    apiVersion: "secrets-store.csi.x-k8s.io/v1",
    operator: "the Secrets Store CSI driver",
  },
  PrometheusRule: {
    apiVersion: "monitoring.coreos.com/v1",
    operator: "the Prometheus operator, or set kubernetes.alerts.prometheusRule to none",
  },
} as const;
export type OperatorKind = keyof typeof kinds;

/** An object of an operator's kind. */
export function custom(
  kind: OperatorKind,
  suffix: string,
  { name, labels, spec }: { readonly name: string; readonly labels?: Texts; readonly spec: object },
  place: Place,
  dependsOn: readonly pulumi.Resource[] = [],
): CustomResource {
  const { apiVersion, operator } = kinds[kind];
  const base = metadata(name, place);
  const own = place.children.name(suffix);
  return new CustomResource(
    own,
    { apiVersion, kind, metadata: { ...base, labels: { ...base.labels, ...labels } }, spec },
    options(
      ...([suffix, `the ${kind} ${name}`, place, ofSomebodyElse] as const),
      [explainKind(own, kind, operator)],
      dependsOn,
    ),
  );
}

/**
 * A service account, of whose tokens no Pod gets one unasked.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
 */
export const serviceAccount = (
  suffix: string,
  { name, annotations, whose }: { name: string; annotations: Texts; whose?: string },
  place: Place,
): ServiceAccount =>
  new ServiceAccount(
    place.children.name(suffix),
    {
      metadata: {
        ...metadata(name, place),
        ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }),
      },
      automountServiceAccountToken: false,
    },
    options(suffix, `the service account ${name}`, place, whose),
  );

/**
 * Lets a service account ask the API server whether a token is good, its own too: for a store that has no token to ask
 * with. https://developer.hashicorp.com/vault/docs/auth/kubernetes#use-the-vault-client-s-jwt-as-the-reviewer-jwt
 */
export function delegator(
  suffix: string,
  account: string,
  place: Place,
  dependsOn: readonly pulumi.Resource[],
): ClusterRoleBinding {
  const { namespace } = place.settings;
  // It is the whole cluster's, so its name says whose.
  const name = `${physicalName(place.environment.stage, "reviews")}-${namespace.name}-${account}`;
  return new ClusterRoleBinding(
    place.children.name(suffix),
    {
      metadata: { name, labels: { ...place.environment.tags } },
      roleRef: { apiGroup, kind: "ClusterRole", name: "system:auth-delegator" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: namespace.name }],
    },
    options(
      ...([suffix, `the ClusterRoleBinding ${name}`, place, ofSomebodyElse] as const),
      [],
      dependsOn,
    ),
  );
}

const apiGroup = "rbac.authorization.k8s.io";

/** Some objects by name, or all of a kind, and what may be done with them. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Somebody as a binding names him. */
export interface Subject {
  readonly kind: "User" | "Group";
  readonly name: string;
}

/** A role in the namespace, and who has it. A binding's role never changes: another role is another binding. */
export function granted(
  suffix: string,
  name: string,
  rules: readonly Rule[],
  subjects: readonly Subject[],
  place: Place,
): void {
  const role = new Role(
    place.children.name(`${suffix}-role`),
    {
      metadata: metadata(name, place),
      rules: rules.map(({ apiGroups, resources, resourceNames, verbs }) => ({
        ...{ apiGroups: [...apiGroups], resources: [...resources], verbs: [...verbs] },
        ...(resourceNames && { resourceNames: [...resourceNames] }),
      })),
    },
    options(`${suffix}-role`, `the Role ${name}`, place),
  );
  new RoleBinding(
    place.children.name(`${suffix}-binding`),
    {
      metadata: metadata(name, place),
      roleRef: { apiGroup, kind: "Role", name },
      subjects: subjects.map(({ kind, name: who }) => ({ apiGroup, kind, name: who })),
    },
    options(`${suffix}-binding`, `the RoleBinding ${name}`, place, ofSomebodyElse, [], [role]),
  );
}
