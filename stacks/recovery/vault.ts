import type { Pending, PlatformArgs } from "../../infra/contracts/platform";
import { connectionOf } from "../../infra/vault/connection";
import type { VaultSettings } from "../../infra/vault/settings";
import { ambientToken, record, VaultClient, VaultError } from "../../stores/vault/client";

type Inputs = Pending["inputs"];

/** The id under which the provider imports a resource, and where the server shows it. */
interface Located {
  readonly id: string;
  readonly at: string;
}

const text = (inputs: Inputs, name: string, fallback = ""): string => {
  const value = inputs[name];
  return typeof value === "string" && value !== "" ? value : fallback;
};

const role = (inputs: Inputs, method: string): Located => {
  const id = `auth/${text(inputs, "backend", method)}/role/${text(inputs, "roleName")}`;
  return { id, at: id };
};

const authMount = (inputs: Inputs, type: string): Located => {
  const id = text(inputs, "path", type);
  return { id, at: `sys/auth/${id}` };
};

/** By the "Import" section of each resource: https://www.pulumi.com/registry/packages/vault/ */
const locate: Readonly<Record<string, (inputs: Inputs) => Located>> = {
  "vault:index/mount:Mount": (inputs) => ({
    id: text(inputs, "path"),
    at: `sys/internal/ui/mounts/${text(inputs, "path")}`,
  }),
  "vault:index/policy:Policy": (inputs) => ({
    id: text(inputs, "name"),
    at: `sys/policies/acl/${text(inputs, "name")}`,
  }),
  "vault:generic/endpoint:Endpoint": (inputs) => ({
    id: text(inputs, "path"),
    at: text(inputs, "path"),
  }),
  "vault:index/audit:Audit": (inputs) => ({ id: text(inputs, "path"), at: "sys/audit" }),
  "vault:index/authBackend:AuthBackend": (inputs) => authMount(inputs, text(inputs, "type")),
  "vault:appRole/authBackendRole:AuthBackendRole": (inputs) => role(inputs, "approle"),
  "vault:jwt/authBackendRole:AuthBackendRole": (inputs) => role(inputs, "jwt"),
  "vault:kubernetes/authBackendRole:AuthBackendRole": (inputs) => role(inputs, "kubernetes"),
  "vault:kubernetes/authBackendConfig:AuthBackendConfig": (inputs) => {
    const id = `auth/${text(inputs, "backend", "kubernetes")}/config`;
    return { id, at: id };
  },
};

/** The types that can be looked up. */
export const recoverable: readonly string[] = Object.keys(locate);

/**
 * The id of a resource whose creation was cut off, if the server has it.
 * @throws VaultUnreachable, or VaultError where the token may not look: then nobody knows, and nothing is forgotten
 */
export async function existingId(
  { type, inputs }: Pending,
  { settings }: PlatformArgs<VaultSettings>,
): Promise<string | undefined> {
  if (!type.startsWith("vault:")) return undefined;
  const located = locate[type]?.(inputs);
  if (located === undefined) {
    throw new Error(
      `${type}: nobody knows where to look for it, so it is not forgotten either; fix: add its "Import" section to stacks/recovery/vault.ts`,
    );
  }
  const client = new VaultClient({ ...connectionOf(settings), token: ambientToken() });
  const { status, body } = await client.call("GET", located.at);
  if (status === 403 && !located.at.startsWith("sys/internal/ui/")) {
    throw new VaultError("GET", located.at, status, [
      "recovery needs to see whether this exists; log in with the role that runs `pulumi up`",
    ]);
  }
  const found =
    status === 200 &&
    (located.at !== "sys/audit" || `${located.id}/` in record(record(body)["data"]));
  return found ? located.id : undefined;
}
