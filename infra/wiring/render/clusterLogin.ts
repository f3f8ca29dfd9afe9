import { externalStoreOf } from "../../externalSecrets";
import type { ExternalStore, Login, Reading } from "../../externalSecrets/store";
import { wrongName } from "./fullname";
import { keysOf, loginOf, usualTarget, withoutLogin, type RenderInput } from "./renderer";
import { stackPods } from "./stackPods";

/** How External Secrets becomes the application on a platform, from inside a cluster. */
export interface ClusterLogin {
  /** The application's service account, for which External Secrets asks a token. */
  readonly serviceAccount: string;
  /** What that service account says of its identity. */
  readonly annotations: Readonly<Record<string, string>>;
  /** `spec.provider` of the SecretStore. */
  readonly provider: object;
  /** `remoteRef` of a key. */
  readonly remoteRef: ExternalStore["remoteRef"];
  /** What the reader has to see to, in lines. */
  readonly notes: readonly string[];
}

/** The application's login in a cluster, or why there is none that External Secrets could use. */
export function clusterLogin(input: RenderInput): ClusterLogin | string {
  const { target, platform, platformName } = input;
  const wrong = wrongName("release", target.release) ?? wrongName("namespace", target.namespace);
  if (wrong !== undefined) return wrong;
  if (stackPods(input) !== undefined) {
    return "the stack itself brings the keys into the cluster; fix: take helm or kustomize, or the platform that it reads";
  }
  const store = externalStoreOf(platform.secretMethod);
  if (!store) return `External Secrets is not told of ${platformName}; fix: take another platform`;
  for (const way of store.ways) {
    const coordinates = loginOf(input, "app", way);
    if (coordinates) return byServiceAccount(input, store, { way, coordinates });
  }
  return byController(input, store);
}

const readingOf = (input: RenderInput, login: Login<string>): Omit<Reading<string>, "account"> => ({
  ...{ env: input.platform.env, keys: keysOf(input, "app"), login },
});

function byServiceAccount(
  input: RenderInput,
  store: ExternalStore,
  login: Login<string>,
): ClusterLogin | string {
  const { target } = input;
  const reading = readingOf(input, login);
  const why = store.cannot?.(reading);
  if (why !== undefined) return why;
  const pods = store.pods(login.coordinates);
  const namespaces = pods.namespaces?.split(",") ?? [target.namespace];
  if (!namespaces.includes(target.namespace)) {
    return `namespace: got ${JSON.stringify(target.namespace)}; the login is of ${namespaces.join(", ")}; fix: use it as --namespace, or change the stack's settings`;
  }
  // The application's own name first: its raw manifests take no other.
  const accounts = pods.serviceAccounts?.split(",") ?? [];
  const [account = usualTarget.release] = accounts.includes(usualTarget.release)
    ? [usualTarget.release]
    : accounts;
  return (
    wrongName("service account", account) ?? {
      ...{ serviceAccount: account, annotations: store.annotations(login) },
      ...{ provider: store.provider({ ...reading, account }), remoteRef: store.remoteRef },
      notes: store.notes?.(login) ?? [],
    }
  );
}

/** A role that is External Secrets' controller's own, where there is no other. */
function byController(input: RenderInput, store: ExternalStore): ClusterLogin | string {
  const { controllerWay: way, otherWays } = store;
  const coordinates = way === undefined ? undefined : loginOf(input, "app", way);
  const { namespace, serviceAccount = "" } = coordinates ?? {};
  if (way === undefined || !coordinates || !namespace || namespace === input.target.namespace) {
    const none = withoutLogin(input, "app", store.ways);
    return otherWays === undefined ? none : `${none}. ${otherWays}`;
  }
  const login = { way, coordinates };
  return (
    wrongName("namespace", namespace) ??
    wrongName("service account", serviceAccount) ?? {
      ...{ serviceAccount: usualTarget.release, annotations: store.annotations(login) },
      provider: store.provider({ ...readingOf(input, login), account: undefined }),
      remoteRef: store.remoteRef,
      notes: [
        `The role is of ${namespace}/${serviceAccount}, which has to be External Secrets' controller.`,
        `Any SecretStore of the cluster without \`auth\` reads with it; ${store.ways.join(" or ")} in its place is tighter.`,
      ],
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
