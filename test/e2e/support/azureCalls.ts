import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Question, Resources } from "../../support/azureRbac";
import { callOf, principalIdOf } from "../../support/azureVault";
import { named } from "../../support/mocks";
import type { Up } from "./recordedUp";

/** What can be asked of the fullest stack, and by whom: the questions alone, without an answer. */
const subscription = "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
export const group = `${subscription}/resourceGroups/rg-prompt-sentinel`;
export const otherGroup = `${subscription}/resourceGroups/rg-of-others`;
export const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-prompt-sentinel`;
/** Its name begins like ours. */
export const otherVault = `${vault}-2`;

/** Names of the secrets in the vault: the stack's own, and one that is somebody else's. */
export const secrets = [
  ...["anthropic-api-key", "openai-api-key", "gemini-api-key", "snyk-token"],
  ...["cache-password", "gdpr-master-key", "of-others"],
] as const;
export type SecretName = (typeof secrets)[number];

/** A list names no secret. */
export const everySecret = "";

const { secrets: onSecret, others } = parse(
  readFileSync(join(__dirname, "..", "..", "fixtures", "azureDataActions.yaml"), "utf8"),
) as Readonly<Record<"secrets" | "others", readonly string[]>>;
const full = (action: string): string => `Microsoft.KeyVault/vaults/${action}`;

/** An action on a secret by its last part: `getSecret`. */
export const shortOf = (action: string): string =>
  action
    .split("/")
    .filter((part) => part !== "action")
    .at(-1) ?? "";

export type Who =
  | "app"
  | "ci"
  | "rotator"
  | "operator"
  | "preview"
  | "apply"
  | "unknown"
  | "breakGlass"
  | "breakGlass, before its beginning"
  | "breakGlass, activated"
  | "breakGlass, after its end";
export type Caller = Pick<Question, "principalId" | "activated" | "at">;

const onCall = "5e6f7a8b-9c0d-4e1f-8a3b-4c5d6e7f8a9b";
/** Whoever calls: people and functions by the settings' object ids, identities by those that the provider made. */
export const callersOf = (made: readonly Up[]): Readonly<Record<Who, Caller>> => ({
  app: { principalId: principalIdOf(made, "promptsentinel-prod-app") },
  ci: { principalId: principalIdOf(made, "promptsentinel-prod-ci") },
  rotator: { principalId: "4d5e6f7a-8b9c-4d0e-9f2a-3b4c5d6e7f8a" },
  operator: { principalId: "2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e" },
  breakGlass: { principalId: onCall },
  "breakGlass, before its beginning": {
    principalId: onCall,
    activated: true,
    at: "2026-11-30T23:59:59Z",
  },
  "breakGlass, activated": { principalId: onCall, activated: true, at: "2026-12-30T23:59:59Z" },
  "breakGlass, after its end": { principalId: onCall, activated: true, at: "2026-12-31T00:00:00Z" },
  preview: { principalId: principalIdOf(made, "promptsentinel-prod-pipeline-preview") },
  apply: { principalId: principalIdOf(made, "promptsentinel-prod-pipeline-apply") },
  unknown: { principalId: "00000000-0000-4000-8000-000000000001" },
});

export type Call = Omit<Question, keyof Caller>;

/** Every data action on every secret of a vault, and a list of them all. */
export const secretCalls = (of = vault): readonly (readonly [string, string, Call])[] =>
  [
    ...secrets.flatMap((name) => onSecret.map((action) => [name, action] as const)),
    [everySecret, "secrets/readMetadata/action"] as const,
  ].map(([name, action]) => [name, shortOf(action), callOf(of, full(action), name)]);

/** Every data action on what is in the vault besides secrets. */
export const otherDataCalls: readonly Call[] = others.map((action) => ({
  ...{ plane: "data", action: full(action) },
  scope: `${vault}/${action.split("/")[0] ?? ""}/any`,
}));

/** An action of the management plane: on our vault or a secret of it, else on something of its kind. */
export const managementCall = (action: string, inside = group): Call => ({
  ...{ plane: "management", action },
  scope: managed(action, inside),
});

function managed(action: string, inside: string): string {
  if (action.startsWith("Microsoft.Resources/")) return inside;
  const ours = inside === vault ? vault : vault.replace(group, inside);
  if (action.startsWith("Microsoft.KeyVault/vaults/secrets/")) return `${ours}/secrets/snyk-token`;
  if (action.startsWith("Microsoft.KeyVault/vaults/")) return ours;
  return `${inside}/providers/${action.split("/").slice(0, 2).join("/")}/any`;
}

const reader = "4633458b-17de-408a-b874-0445c86b69e6";
const officer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

/** Roles that somebody could try to grant. */
export const rolesOf = (made: Resources) => {
  const own = (name: string): string => String(named(made, name).inputs["roleDefinitionId"]);
  return {
    ...{ reader, officer, rotator: own("azure-access-rotator-role") },
    ...{ writer: own("azure-access-writer-role"), grants: own("azure-ci-pipeline-grants-role") },
  };
};
export type RoleName = keyof ReturnType<typeof rolesOf>;

const ofAssignment = "Microsoft.Authorization/roleAssignments";
/** Granting a role, or taking it back, with the attributes that Azure gives it. https://learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes */
export function grantCall(
  verb: "write" | "delete",
  roleId: string,
  principalId: string,
  scope: string,
): Call {
  const attributes = {
    [`${ofAssignment}:RoleDefinitionId`]: roleId,
    [`${ofAssignment}:PrincipalId`]: principalId,
  };
  return {
    ...{ plane: "management", action: `${ofAssignment}/${verb}`, scope },
    ...(verb === "write" ? { request: attributes } : { resource: attributes }),
  };
}
