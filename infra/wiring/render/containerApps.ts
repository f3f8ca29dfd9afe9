import { Scalar } from "yaml";
import { coordinate } from "./coordinate";
import { image } from "./image";
import { keysOf, loginOf, withoutLogin, type Renderer } from "./renderer";
import { yamlText } from "./yamlText";

/**
 * A container app whose secrets are references to the vault.
 * https://learn.microsoft.com/azure/container-apps/azure-resource-manager-api-spec, https://learn.microsoft.com/azure/container-apps/manage-secrets#reference-secret-from-key-vault
 */
export const containerApps: Renderer = {
  summary: "a container app for `az containerapp create --yaml`",
  cannot(input) {
    if (input.platform.secretMethod !== "azure") {
      return "Container Apps reads keys of Azure alone";
    }
    return loginOf(input, "app", "containerApps")
      ? undefined
      : withoutLogin(input, "app", ["containerApps"]);
  },
  render(input) {
    const { identityId = "" } = loginOf(input, "app", "containerApps") ?? {};
    const id = new Scalar(identityId);
    id.type = Scalar.QUOTE_DOUBLE;
    const keys = keysOf(input, "app").map((key) => ({
      env: key.env,
      // Its own name of it: lower case, digits and hyphens.
      secret: key.env.toLowerCase().replaceAll("_", "-"),
      // Without a version: the newest is fetched, and revisions started again, within half an hour.
      url: coordinate(key, "secretUrl"),
    }));
    const app = {
      identity: { type: "UserAssigned", userAssignedIdentities: new Map([[id, {}]]) },
      properties: {
        configuration: {
          secrets: keys.map(({ secret, url }) => ({
            ...{ name: secret, keyVaultUrl: url, identity: identityId },
          })),
        },
        template: {
          containers: [
            {
              ...{ name: "prompt-sentinel", image },
              env: [
                { name: "API_ENV", value: input.wiring.apiEnv },
                ...keys.map(({ env, secret }) => ({ name: env, secretRef: secret })),
              ],
            },
          ],
        },
      },
    };
    return yamlText(app, [
      "az containerapp create --name <name> --resource-group <group> --environment <id> --yaml <this file>",
      "For `az containerapp update` too: its lists take the place of the app's, so add your own settings and",
      "the image's version.",
    ]);
  },
};
