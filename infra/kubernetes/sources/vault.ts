import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { dataPath } from "../../externalSecrets/vault";
import type { VaultSettings } from "../../vault/settings";
import type { Source } from "./source";

/** Vault and OpenBao. */
export const vault: Source = {
  ways: { vaultAgent: ["kubernetes"], csi: ["kubernetes"] },

  letsIn: (settings, consumer) => (settings as VaultSettings).access[consumer]?.kubernetes,

  authority(settings) {
    const { caCertFile } = (settings as VaultSettings).tls;
    return caCertFile === undefined ? undefined : readFileSync(caCertFile, "utf8");
  },

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
