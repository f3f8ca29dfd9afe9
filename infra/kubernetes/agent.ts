import { stringify } from "yaml";
import type { OperatorTask } from "../contracts/capability";
import { dataPath } from "../externalSecrets/vault";
import type { Workload } from "./layout";
import type { Reading, Texts } from "./sources/source";

/** The file that the agent writes, and the volume with the token by which it logs in. */
const file = "keys";
const volume = "vault-login";

/**
 * Annotations by which Vault's injector adds its agent to a Pod, which writes the keys as variables into a file in
 * memory and ends: the application reads them once. Its token is for Vault alone, as no Pod has one for the cluster.
 * https://developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations
 */
export function agentAnnotations({ env, keys, login: { coordinates } }: Reading): Texts {
  const mount = coordinates["mount"];
  const all: Texts = {
    "agent-inject": "true",
    "agent-pre-populate-only": "true",
    "agent-init-first": "true",
    "agent-service-account-token-volume-name": volume,
    service: env["VAULT_ADDR"] ?? "",
    ...(env["VAULT_NAMESPACE"] && { namespace: env["VAULT_NAMESPACE"] }),
    "auth-path": typeof mount === "string" ? `auth/${mount}` : "",
    role: coordinates["role"] ?? "",
    [`agent-inject-secret-${file}`]: dataPath(keys[0]?.locator ?? {}),
    [`agent-inject-template-${file}`]: template(keys),
    // Or a key without a value would be the text "<no value>", and the Pod would start with it.
    [`error-on-missing-key-${file}`]: "true",
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`vault.hashicorp.com/${name}`, value]),
  );
}

/**
 * A line for a shell to each key. Values are in single quotes, which no key's form has. Fields are named and not asked
 * for by `index`, of which a missing one is no error: https://pkg.go.dev/text/template#Template.Option
 */
function template(keys: Reading["keys"]): string {
  const paths = [...new Set(keys.map(({ locator }) => dataPath(locator)))];
  const linesOf = (path: string): readonly string[] =>
    keys
      .filter(({ locator }) => dataPath(locator) === path)
      .map(({ env, locator }) => `export ${env}='{{ .Data.data.${locator["field"] ?? ""} }}'`);
  return paths
    .flatMap((path) => [
      `{{- with secret ${JSON.stringify(path)} }}`,
      ...linesOf(path),
      "{{- end }}",
    ])
    .join("\n");
}

/** What the application's chart has no setting for: a command that reads the file, and the token. */
export function agentTask(workload: Workload, { keys, login }: Reading): OperatorTask {
  const { audience } = login.coordinates;
  return {
    concern: "SecretStore",
    title: `the Pods of ${workload} have to read the file with ${keys.map(({ env }) => env).join(", ")} when they start, and have a token for Vault: the chart has no setting for either`,
    text: stringify(
      {
        command: ["/bin/sh", "-ec", `. /vault/secrets/${file}; exec "$@"`, "--"],
        volumes: [
          {
            name: volume,
            projected: {
              sources: [
                {
                  serviceAccountToken: {
                    ...{ path: "token", expirationSeconds: 600 },
                    ...(typeof audience === "string" && { audience }),
                  },
                },
              ],
            },
          },
        ],
      },
      { lineWidth: 0 },
    ),
  };
}
