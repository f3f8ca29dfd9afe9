import { wrongName } from "./fullname";
import { usualTarget, type RenderInput } from "./renderer";
import { stores } from "./secretStores";

/** How External Secrets becomes the application on a platform, from inside a cluster. */
export interface ClusterLogin {
  /** The application's service account, for which External Secrets asks a token. */
  readonly serviceAccount: string;
  /** What that service account says of its identity. */
  readonly annotations: Readonly<Record<string, string>>;
  /** `spec.provider` of the SecretStore. */
  readonly provider: object;
  /** `remoteRef` of a key. */
  readonly remoteRef: (locator: Readonly<Record<string, string>>) => object;
  /** What the reader has to see to, in lines. */
  readonly notes: readonly string[];
}

/** The application's login in a cluster, or why there is none that External Secrets could use. */
export function clusterLogin(input: RenderInput): ClusterLogin | string {
  const { target, platform, platformName } = input;
  const wrong = wrongName("release", target.release) ?? wrongName("namespace", target.namespace);
  if (wrong !== undefined) return wrong;
  const store = Object.entries(stores).find(([method]) => method === platform.secretMethod)?.[1];
  if (!store) return `External Secrets is not told of ${platformName}; fix: take another platform`;
  const way = store.way(input);
  if (typeof way === "string") return way;
  const namespaces = way.namespaces?.split(",") ?? [target.namespace];
  if (!namespaces.includes(target.namespace)) {
    return `namespace: got ${JSON.stringify(target.namespace)}; the login is of ${namespaces.join(", ")}; fix: use it as --namespace, or change the stack's settings`;
  }
  // The application's own name first: its raw manifests take no other.
  const accounts = way.serviceAccounts?.split(",") ?? [];
  const [serviceAccount = usualTarget.release] = accounts.includes(usualTarget.release)
    ? [usualTarget.release]
    : accounts;
  return (
    wrongName("service account", serviceAccount) ?? {
      ...{ serviceAccount, remoteRef: store.remoteRef },
      ...way.as(serviceAccount),
    }
  );
}

/** The same for a renderer whose `cannot` has said that there is one. */
export function theClusterLogin(input: RenderInput): ClusterLogin {
  const login = clusterLogin(input);
  if (typeof login === "string") throw new Error(login);
  return login;
}

/** Why there is none. */
export function noClusterLogin(input: RenderInput): string | undefined {
  const login = clusterLogin(input);
  return typeof login === "string" ? login : undefined;
}
