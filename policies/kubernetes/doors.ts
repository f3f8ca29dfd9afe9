const write = /^(create|update|patch)$/;
const any = /./;

/**
 * What lets in by another door: `<group>/<resource>`, verb, and what follows. Whoever makes a Pod gives it any Secret and any
 * service account of its namespace, so making Pods is reading Secrets.
 * https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
 */
export const doors: readonly (readonly [what: RegExp, how: RegExp, why: string])[] = [
  [any, /^(escalate|bind)$/, "gives itself what it has not"],
  // Also those of constrained impersonation: https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
  [any, /^impersonate/, "becomes somebody else"],
  [
    /^rbac\.authorization\.k8s\.io\/(cluster)?role(binding)?s$/,
    write,
    "says who else may do what it may",
  ],
  [/^\/serviceaccounts\/token$/, /^create$/, "becomes a service account"],
  [/^\/serviceaccounts$/, write, "says which identity of a cloud Pods have"],
  [
    /^\/(pods|podtemplates|replicationcontrollers)$|^(apps|extensions)\/(daemonsets|deployments|replicasets|statefulsets)$|^batch\/(cron)?jobs$/,
    write,
    "gives a Pod any Secret of the namespace",
  ],
  // A read is enough for these: https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
  [
    /^\/(pods\/(attach|ephemeralcontainers|exec|portforward|proxy)|services\/proxy|nodes\/proxy)$/,
    any,
    "is in Pods that have Secrets",
  ],
  [
    /^external-secrets\.io\/((cluster)?secretstores|(cluster)?pushsecrets|clusterexternalsecrets)$|^secrets-store\.csi\.x-k8s\.io\/secretproviderclasses$/,
    write,
    "says to whom logins and values are sent",
  ],
  [
    /^certificates\.k8s\.io\/(certificatesigningrequests\/(approval|status)|signers)$/,
    /^(update|patch|approve|sign)$/,
    "makes itself a login",
  ],
  [/^admissionregistration\.k8s\.io\//, write, "is shown what others write, and changes it"],
  [/^\/persistentvolumes$/, write, "reads the files of a node"],
  [/^\/namespaces$/, /^(update|patch)$/, "takes away what Pods of the namespace are held to"],
];

/** `<group>/<resource>` without an empty group. */
export const named = (resource: string): string => resource.replace(/^\//, "");
