import type { ClusterLogin } from "./clusterLogin";
import { wrongName } from "./fullname";
import { keysOf, loginOf, withoutLogin, type RenderInput } from "./renderer";

/** A way in, and which Pods have it: lists with commas. Documents before 1.2 do not say it of all platforms. */
interface Way {
  readonly namespaces?: string | undefined;
  readonly serviceAccounts?: string | undefined;
  readonly as: (serviceAccount: string) => Pick<ClusterLogin, "annotations" | "provider" | "notes">;
}

interface Store {
  /** The login, or why there is none of use. */
  readonly way: (input: RenderInput) => Way | string;
  readonly remoteRef: ClusterLogin["remoteRef"];
}

/** Stores as External Secrets takes them (https://external-secrets.io/latest/api/spec/), by SECRET_METHOD. */
export const stores: Readonly<Record<string, Store>> = {
  // https://external-secrets.io/latest/provider/hashicorp-vault/#kubernetes-authentication
  vault: {
    way: (input) => {
      const login = loginOf(input, "app", "kubernetes");
      if (!login) {
        return `${withoutLogin(input, "app", ["kubernetes"])}. No other way lasts: a SecretID of approle ends within a day, and a token of jwt is a pipeline's`;
      }
      const { VAULT_ADDR: server, VAULT_NAMESPACE: namespace } = input.platform.env;
      const mount = keysOf(input, "app")[0]?.locator["mount"];
      return {
        ...{ namespaces: login["namespaces"], serviceAccounts: login["serviceAccounts"] },
        as: (name) => ({
          annotations: {},
          provider: {
            vault: {
              ...{ server, ...(namespace !== undefined && { namespace }) },
              ...{ path: mount, version: "v2" },
              auth: {
                kubernetes: {
                  ...{ mountPath: login["mount"], role: login["role"] },
                  serviceAccountRef: { name, audiences: [login["audience"]] },
                },
              },
            },
          },
          notes: vaultNotes,
        }),
      };
    },
    // Off a path that begins with the mount's name it takes that, and then `data`:
    // https://github.com/external-secrets/external-secrets/blob/v1.3.2/providers/v1/vault/client_get.go
    remoteRef: ({ mount = "", path = "", field: property }) => ({
      ...{ key: path.startsWith(`${mount}/`) ? `${mount}/data/${path}` : path, property },
    }),
  },

  // https://external-secrets.io/latest/provider/aws-access/
  aws: {
    way: (input) => {
      const store = { service: "SecretsManager", region: input.platform.env["AWS_REGION"] };
      const irsa = loginOf(input, "app", "irsa");
      if (irsa) {
        return {
          ...{ namespaces: irsa["namespace"], serviceAccounts: irsa["serviceAccount"] },
          as: (name) => ({
            annotations: { "eks.amazonaws.com/role-arn": irsa["roleArn"] ?? "" },
            provider: { aws: { ...store, auth: { jwt: { serviceAccountRef: { name } } } } },
            notes: [],
          }),
        };
      }
      const { namespace, serviceAccount = "" } = loginOf(input, "app", "podIdentity") ?? {};
      // Its agent looks at who calls: https://external-secrets.io/latest/provider/aws-access/#eks-pod-identity-setup
      if (namespace === undefined || namespace === input.target.namespace) {
        return `${withoutLogin(input, "app", ["irsa"])}. EKS Pod Identity gives External Secrets no role of another's service account: podIdentity is of use where it names that of External Secrets' controller`;
      }
      return (
        wrongName("namespace", namespace) ??
        wrongName("service account", serviceAccount) ?? {
          as: () => ({
            ...{ annotations: {}, provider: { aws: store } },
            notes: [
              `The role is of ${namespace}/${serviceAccount}, which has to be External Secrets' controller.`,
              "Any SecretStore of the cluster without `auth` reads with it; irsa in its place is tighter.",
            ],
          }),
        }
      );
    },
    remoteRef: ({ secret: key, jsonKey: property }) => ({ key, property }),
  },

  // https://external-secrets.io/latest/provider/azure-key-vault/#referenced-service-account
  azure: {
    way: (input) => {
      const aks = loginOf(input, "app", "aks");
      if (!aks) return withoutLogin(input, "app", ["aks"]);
      const vaultUrl = input.platform.env["AZURE_VAULT_URL"] ?? "";
      if (!/\.vault\.azure\.net\/?$/.test(vaultUrl)) {
        return "External Secrets asks for tokens whose audience is the public cloud's, and this is a national one; fix: take another format";
      }
      return {
        ...{ namespaces: aks["namespace"], serviceAccounts: aks["serviceAccount"] },
        as: (name) => ({
          // The directory stands in the SecretStore: in both places it is an error.
          annotations: { "azure.workload.identity/client-id": aks["clientId"] ?? "" },
          provider: {
            azurekv: {
              ...{ authType: "WorkloadIdentity", vaultUrl, tenantId: aks["tenantId"] },
              serviceAccountRef: { name },
            },
          },
          notes: [],
        }),
      };
    },
    remoteRef: ({ name: key }) => ({ key }),
  },

  // https://external-secrets.io/latest/provider/google-secrets-manager/#linking-a-kubernetes-service-account-to-a-gcp-service-account
  gcp: {
    way: (input) => {
      const gke = loginOf(input, "app", "gke");
      if (!gke) return withoutLogin(input, "app", ["gke"]);
      // Of a regional secret alone.
      const location = keysOf(input, "app")[0]?.locator["location"];
      return {
        ...{ namespaces: gke["namespace"], serviceAccounts: gke["kubernetesServiceAccount"] },
        as: (name) => ({
          annotations: { "iam.gke.io/gcp-service-account": gke["serviceAccount"] ?? "" },
          provider: {
            gcpsm: {
              ...{ projectID: gke["projectId"], ...(location !== undefined && { location }) },
              auth: { workloadIdentity: { serviceAccountRef: { name } } },
            },
          },
          notes: [],
        }),
      };
    },
    remoteRef: ({ name: key }) => ({ key }),
  },
};

// https://support.hashicorp.com/hc/en-us/articles/34458984727443-Audience-parameter-usage-with-kube-auth-in-vault-with-caveats
const vaultNotes = [
  "For a server whose authority is its own, add `caProvider` to the SecretStore.",
  "A server outside of the cluster reviews a token by that token: then it has to be of the API server's audience too,",
  "and its service account has to be in ClusterRole system:auth-delegator.",
];
