import { ciRoles, type CiRole } from "../contracts/ciAccess";
import type { Adoption } from "../contracts/secretStore";
import { consumers, type Environment } from "../environment";
import { limits } from "../limits";
import { loginMethods, type LoginMethod } from "./authMounts";
import { ownToken } from "./grants";
import { ciRoleName, consumerName, entriesOf } from "./layout";
import type { Rule, VaultCapability } from "./policyDocument";
import type { VaultSettings } from "./settings";

/** A path that the program manages, with what `apply` does there; `preview` reads it. */
interface Managed {
  readonly path: string;
  readonly apply: readonly VaultCapability[];
  /** Protected by the server itself: https://openbao.org/docs/concepts/policies/#root-protected-api-endpoints */
  readonly sudo?: boolean;
  readonly why: string;
}

const write: readonly VaultCapability[] = ["create", "read", "update"];
const own: readonly VaultCapability[] = [...write, "delete"];

/** What is somebody else's is looked at and left as it is. */
const ofMode = (mode: Adoption): readonly VaultCapability[] =>
  mode === "create" ? write : ["read"];

/** What `preview` and `apply` may do. Whatever holds values (`data`, `subkeys`) is not among it. */
export function ciRules(
  role: CiRole,
  environment: Environment,
  settings: VaultSettings,
): readonly Rule[] {
  const managed = managedPaths(environment, settings).map(({ path, apply, sudo, why }) => ({
    path,
    capabilities: [
      ...(role === "apply" ? apply : (["read"] as const)),
      ...(sudo ? (["sudo"] as const) : []),
    ],
    why,
  }));
  return [
    ...ownToken,
    {
      path: "sys/capabilities-self",
      capabilities: ["update"],
      why: "the pre-flight asks what this token may do",
    },
    ...managed,
    ...(role === "apply" ? secretIdRules(environment, settings) : []),
  ];
}

const managedPaths = (environment: Environment, settings: VaultSettings): readonly Managed[] => [
  { path: "sys/mounts", apply: ["read"], why: "the KV mount" },
  { path: `sys/mounts/${settings.kv.path}`, apply: ofMode(settings.kv.mode), why: "the KV mount" },
  {
    path: `sys/mounts/${settings.kv.path}/tune`,
    apply: ofMode(settings.kv.mode),
    why: "the KV mount",
  },
  {
    path: `sys/internal/ui/mounts/${settings.kv.path}`,
    apply: ["read"],
    why: "the pre-flight looks at the KV mount",
  },
  ...entriesOf(environment.keys, settings).map(({ path }) => ({
    path: `${settings.kv.path}/metadata/${path}`,
    apply: write,
    why: "entries without their values",
  })),
  { path: "sys/auth", apply: ["read"], why: "login methods" },
  ...usedMethods(settings).flatMap((used) => methodPaths(used, environment)),
  ...identityNames(environment).map((name) => ({
    path: `sys/policies/acl/${name}`,
    apply: own,
    why: "policies of the identities, this one too, so that it can be repaired",
  })),
  { path: "sys/audit", apply: ["read"], sudo: true, why: "which audit devices run" },
  ...(settings.server === "vault"
    ? Object.keys(settings.audit.devices).map((device) => ({
        path: `sys/audit/${device}`,
        // No `delete`: what is audited cannot switch it off.
        apply: ["create", "update"] as const,
        sudo: true,
        why: "audit devices",
      }))
    : []),
];

interface UsedMethod {
  readonly method: LoginMethod;
  readonly mode: Adoption;
  readonly path: string;
}

const usedMethods = ({ auth }: VaultSettings): readonly UsedMethod[] =>
  loginMethods.flatMap((method) => {
    const mount = auth[method];
    return mount ? [{ method, mode: mount.mode, path: mount.path }] : [];
  });

const methodPaths = (
  { method, mode, path }: UsedMethod,
  environment: Environment,
): readonly Managed[] => [
  ...[`sys/auth/${path}`, `sys/auth/${path}/tune`].map((mount) => ({
    path: mount,
    apply: ofMode(mode),
    sudo: true,
    why: `the ${method} login method`,
  })),
  {
    path: `sys/mounts/auth/${path}/tune`,
    apply: ofMode(mode),
    why: `the ${method} login method`,
  },
  ...(method === "approle"
    ? []
    : [{ path: `auth/${path}/config`, apply: ofMode(mode), why: `the ${method} login method` }]),
  ...identityNames(environment).flatMap((name) => [
    { path: `auth/${path}/role/${name}`, apply: own, why: "roles of the identities" },
    ...(method === "approle"
      ? [{ path: `auth/${path}/role/${name}/role-id`, apply: write, why: "their RoleIDs" }]
      : []),
  ]),
];

const identityNames = (environment: Environment): readonly string[] => [
  ...consumers.map((consumer) => consumerName(environment, consumer)),
  ...ciRoles.map((role) => ciRoleName(environment, role)),
];

/** SecretIDs can be issued wrapped and no other way, so that the issuer sees a ticket and not the credential. */
const secretIdRules = (environment: Environment, settings: VaultSettings): readonly Rule[] => {
  const path = settings.auth.approle?.path;
  if (path === undefined) return [];
  return consumers
    .filter((consumer) => settings.access[consumer]?.approle !== undefined)
    .map((consumer) => ({
      path: `auth/${path}/role/${consumerName(environment, consumer)}/secret-id`,
      capabilities: ["update"],
      wrapped: limits.wrappingTtl,
      why: "issue a SecretID, wrapped only",
    }));
};
