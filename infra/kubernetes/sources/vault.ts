import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import type { VaultSettings } from "../../vault/settings";
import type { Source, SourceKey } from "./source";

/** Path of an entry as the API has it. https://openbao.org/api-docs/secret/kv/kv-v2/#read-secret-version */
export const dataPath = ({ mount = "", path = "" }: SourceKey["locator"]): string =>
  `${mount}/data/${path}`;

/** Vault and OpenBao, by the Kubernetes login: a Pod's token of an audience of its own. */
export const vault: Source = {
  ways: { externalSecrets: ["kubernetes"], vaultAgent: ["kubernetes"], csi: ["kubernetes"] },

  letsIn: (settings, consumer) => (settings as VaultSettings).access[consumer]?.kubernetes,

  annotations: () => ({}),

  /** https://external-secrets.io/latest/provider/hashicorp-vault/ */
  provider({ env, keys, login: { coordinates }, account, apiAudience, settings }) {
    const { caCertFile } = (settings as VaultSettings).tls;
    return {
      vault: {
        server: env["VAULT_ADDR"],
        ...(env["VAULT_NAMESPACE"] && { namespace: env["VAULT_NAMESPACE"] }),
        path: keys[0]?.locator["mount"],
        version: "v2",
        ...(caCertFile !== undefined && { caBundle: readFileSync(caCertFile).toString("base64") }),
        auth: {
          kubernetes: {
            mountPath: coordinates["mount"],
            role: coordinates["role"],
            serviceAccountRef: {
              name: account,
              audiences: [
                coordinates["audience"],
                ...(apiAudience === undefined ? [] : [apiAudience]),
              ],
            },
          },
        },
      },
    };
  },

  // Of a path that begins with the mount's name it would take that off:
  // https://github.com/external-secrets/external-secrets/blob/v1.3.2/providers/v1/vault/client_get.go
  remoteRef: ({ mount = "", path = "", field = "" }) => ({
    key: path.startsWith(`${mount}/`) ? dataPath({ mount, path }) : path,
    property: field,
  }),

  /** https://developer.hashicorp.com/vault/docs/platform/k8s/csi/configurations */
  csi: ({ env, keys, login: { coordinates } }) => ({
    provider: "vault",
    parameters: {
      vaultAddress: env["VAULT_ADDR"] ?? "",
      ...(env["VAULT_NAMESPACE"] && { vaultNamespace: env["VAULT_NAMESPACE"] }),
      vaultKubernetesMountPath: coordinates["mount"] ?? "",
      roleName: coordinates["role"] ?? "",
      audience: coordinates["audience"] ?? "",
      objects: stringify(
        keys.map((key) => ({
          objectName: key.env,
          secretPath: dataPath(key.locator),
          secretKey: key.locator["field"],
        })),
      ),
    },
  }),
};
