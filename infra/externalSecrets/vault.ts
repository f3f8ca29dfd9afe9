import type { ExternalStore, StoredKey } from "./store";

/** Path of an entry as the API has it. https://openbao.org/api-docs/secret/kv/kv-v2/#read-secret-version */
export const dataPath = ({ mount = "", path = "" }: StoredKey["locator"]): string =>
  `${mount}/data/${path}`;

/**
 * Vault and OpenBao, by the Kubernetes login: a token of an audience of its own.
 * https://external-secrets.io/latest/provider/hashicorp-vault/#kubernetes-authentication
 */
export const vault: ExternalStore = {
  ways: ["kubernetes"],
  otherWays:
    "No other way lasts: a SecretID of approle ends within a day, and a token of jwt is a pipeline's",

  pods: ({ namespaces, serviceAccounts }) => ({ namespaces, serviceAccounts }),

  annotations: () => ({}),

  // https://developer.hashicorp.com/vault/docs/auth/kubernetes#use-the-vault-client-s-jwt-as-the-reviewer-jwt
  cannot: ({ login: { coordinates }, moreAudiences = [] }) =>
    coordinates["reviewer"] === "client" && moreAudiences.length === 0
      ? "Vault is outside of the cluster and asks the API server about a token by that token: it has to be of the API server's audience too, and its service account a reviewer, which this document knows nothing of; fix: add the kubernetes section with source vault and apiAudience, which makes both, and take that platform"
      : undefined,

  notes: ({ coordinates: { reviewer } }) => [
    "For a server whose authority is its own, add `caProvider` to the SecretStore.",
    ...(reviewer === undefined ? unknownReviewer : []),
  ],

  provider: ({ env, keys, login: { coordinates }, account, moreAudiences = [], authority }) => ({
    vault: {
      server: env["VAULT_ADDR"],
      ...(env["VAULT_NAMESPACE"] && { namespace: env["VAULT_NAMESPACE"] }),
      ...{ path: keys[0]?.locator["mount"], version: "v2" },
      ...(authority !== undefined && { caBundle: Buffer.from(authority).toString("base64") }),
      auth: {
        kubernetes: {
          ...{ mountPath: coordinates["mount"], role: coordinates["role"] },
          serviceAccountRef: {
            ...{ name: account, audiences: [coordinates["audience"], ...moreAudiences] },
          },
        },
      },
    },
  }),

  // Off a path that begins with the mount's name it takes that, and then `data`:
  // https://github.com/external-secrets/external-secrets/blob/v1.3.2/providers/v1/vault/client_get.go
  remoteRef: ({ mount = "", path = "", field = "" }) => ({
    key: path.startsWith(`${mount}/`) ? dataPath({ mount, path }) : path,
    property: field,
  }),
};

/** Of a mount of somebody else's, and in documents that do not say it. */
const unknownReviewer = [
  "A server outside of the cluster reviews a token by that token: then it has to be of the API server's audience too,",
  "and its service account has to be in ClusterRole system:auth-delegator.",
];
