import { isDryRun } from "@pulumi/pulumi/runtime";
import type { CiRole } from "../../infra/contracts/ciAccess";
import type { Finding, PlatformArgs } from "../../infra/contracts/platform";
import { connectionOf } from "../../infra/vault/connection";
import { ciRules } from "../../infra/vault/ciGrants";
import { mountMark } from "../../infra/vault/secretStore";
import type { VaultSettings } from "../../infra/vault/settings";
import {
  ambientToken,
  errorsOf,
  record,
  VaultClient,
  VaultUnreachable,
} from "../../stores/vault/client";
import { error } from "./findings";

type Args = PlatformArgs<VaultSettings>;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/**
 * What has to be true of the server before anything is registered: it answers, is unsealed, knows the token, lets it
 * do what the program does, has the right thing at the KV path, and runs the audit devices. Reads only.
 */
export async function preflight(
  args: Args,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly Finding[]> {
  const token = ambientToken(env);
  const client = new VaultClient({ ...connectionOf(args.settings), token });
  try {
    const unready = (await health(client, args)) ?? (await identity(client, token));
    if (unready) return [unready];
    const checks = [kvMount, jwtIssuer, permissions, auditDevices].map((check) =>
      check(client, args),
    );
    return (await Promise.all(checks)).flat();
  } catch (failure) {
    if (!(failure instanceof VaultUnreachable)) throw failure;
    return [
      error(
        `vault.address: ${failure.address} does not answer (${failure.reason}); fix: start the server, or correct vault.address${args.settings.address.startsWith("https:") ? " and vault.tls.caCertFile" : ""}`,
      ),
    ];
  }
}

/** Status codes of https://openbao.org/api-docs/system/health/ */
async function health(client: VaultClient, { settings }: Args): Promise<Finding | undefined> {
  const { status } = await client.call("GET", "sys/health?standbyok=true&perfstandbyok=true");
  const at = `vault.address: the server at ${settings.address}`;
  if (status === 200) return undefined;
  if (status === 501) {
    return error(`${at} is not initialized; fix: run \`bao operator init\` (or \`vault\`)`);
  }
  if (status === 503) {
    return error(`${at} is sealed; fix: run \`bao operator unseal\` (or \`vault\`)`);
  }
  return error(
    `${at} answers ${String(status)} where Vault or OpenBao would answer 200; fix: correct vault.address`,
  );
}

async function identity(
  client: VaultClient,
  token: string | undefined,
): Promise<Finding | undefined> {
  if (token === undefined) {
    return error(
      "VAULT_TOKEN: is not set and there is no ~/.vault-token; fix: log in (`bao login`, or the jwt role of the pipeline) and set VAULT_TOKEN",
    );
  }
  const { status } = await client.call("GET", "auth/token/lookup-self");
  return status === 200
    ? undefined
    : error(
        "VAULT_TOKEN: the server does not accept it (expired, revoked, or of another server); fix: log in again",
      );
}

/** The setting says whose mount it is; the server only confirms it. */
async function kvMount(client: VaultClient, { settings }: Args): Promise<readonly Finding[]> {
  const { mode, path } = settings.kv;
  const { status, body } = await client.call("GET", `sys/internal/ui/mounts/${path}`);
  const data = record(record(body)["data"]);
  const found = status === 200 && typeof data["type"] === "string";
  if (!found) {
    return mode === "create"
      ? []
      : [
          error(
            `vault.kv.path: there is no mount at ${path}/ to ${mode === "adopt" ? "adopt" : "use"}; fix: set vault.kv.mode to create, or name the mount that exists`,
          ),
        ];
  }
  const type = text(data["type"]);
  const version = text(record(data["options"])["version"]);
  if (type !== "kv" || version !== "2") {
    // A server says nothing of version 1.
    const kind = type === "kv" ? `kv version ${version === "" ? "1" : version}` : type;
    return [
      error(
        `vault.kv.path: the mount at ${path}/ is of the wrong kind: got ${kind}, expected kv version 2; fix: choose another vault.kv.path, or upgrade a kv version 1 with \`bao kv enable-versioning ${path}\``,
      ),
    ];
  }
  const ours = text(data["description"]).startsWith(mountMark);
  return mode === "create" && !ours
    ? [
        error(
          `vault.kv.mode: got create, but ${path}/ exists and is not ours; allowed: adopt (tracked, never deleted), external (left alone); fix: set vault.kv.mode to adopt`,
        ),
      ]
    : [];
}

/** A JWT method of somebody else's lets in whom its own config trusts: that has to be the pipeline's issuer. */
async function jwtIssuer(client: VaultClient, { settings, ci }: Args): Promise<readonly Finding[]> {
  const { jwt } = settings.auth;
  if (!ci || !jwt || jwt.mode === "create") return [];
  const { status, body } = await client.call("GET", `auth/${jwt.path}/config`);
  // Without permission there is a finding of its own.
  if (status === 403) return [];
  const issuer = text(record(record(body)["data"])["bound_issuer"]);
  return issuer === ci.issuer
    ? []
    : [
        error(
          `vault.auth.jwt: the method at auth/${jwt.path}/ trusts ${issuer === "" ? "no issuer" : issuer}; expected: ${ci.issuer}, of ci.issuer; fix: have its owner set bound_issuer, or give this stack a method of its own (vault.auth.jwt.mode: create, with another path)`,
        ),
      ];
}

/** The program does what CI's roles may do, a preview as `preview`: their policies are the list of what to ask for. */
async function permissions(client: VaultClient, args: Args): Promise<readonly Finding[]> {
  const role: CiRole = isDryRun() ? "preview" : "apply";
  const rules = ciRules(role, args.environment, args.settings).filter(
    ({ path, wrapped }) => !path.startsWith("auth/token/") && wrapped === undefined,
  );
  const { status, body } = await client.call("POST", "sys/capabilities-self", {
    paths: rules.map(({ path }) => path),
  });
  if (status !== 200) {
    return [
      error(
        `VAULT_TOKEN: may not ask what it may do (sys/capabilities-self: ${String(status)} ${errorsOf(body).join("; ")}); fix: give it a policy with update on sys/capabilities-self`,
      ),
    ];
  }
  const granted = record(body);
  return rules.flatMap(({ path, capabilities }) => {
    const has = granted[path];
    const list = Array.isArray(has) ? has.map(String) : [];
    const missing = capabilities.filter((capability) => !list.includes(capability));
    return list.includes("root") || missing.length === 0
      ? []
      : [
          error(
            `VAULT_TOKEN: misses ${missing.join(", ")} on ${path}; fix: log in with a role that has it (the pipeline's ${role} role does), or have an administrator grant it`,
          ),
        ];
  });
}

/** On OpenBao the program cannot make devices, so it looks whether the server runs those that the settings name. */
async function auditDevices(client: VaultClient, { settings }: Args): Promise<readonly Finding[]> {
  if (settings.server !== "openbao") return [];
  const { status, body } = await client.call("GET", "sys/audit");
  // Without permission there is a finding of its own.
  if (status !== 200) return [];
  const running = record(record(body)["data"] ?? body);
  const device = (name: string) => record(running[`${name}/`]);
  return Object.entries(settings.audit.devices).flatMap(([name, { type }]): readonly Finding[] => {
    const at = `vault.audit.devices.${name}: the server`;
    if (device(name)["type"] !== type) {
      return [
        {
          severity: settings.audit.onMissing,
          message: `${at} runs no ${type} audit device of this name, so reads go unrecorded; fix: put the stanza into its configuration and reload it (\`promptsentinel-secrets vault audit-config\` prints it), or set vault.audit.onMissing to warning`,
        },
      ];
    }
    return record(device(name)["options"])["log_raw"] === "true"
      ? [
          error(
            `${at} writes keys into this device as they are (log_raw = true); fix: take log_raw out of its configuration and reload it, then replace the keys that were read`,
          ),
        ]
      : [];
  });
}
