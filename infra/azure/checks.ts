import { nearest, shown } from "../configError";
import { ciRoles } from "../contracts/ciAccess";
import type { Claim, PlatformArgs } from "../contracts/platform";
import { daysBetween } from "../duration";
import { keysOf } from "../environment";
import { limits } from "../limits";
import { keyNames } from "../naming";
import { audit } from "./auditChecks";
import { clouds } from "./cloud";
import { credentials } from "./credentialChecks";
import {
  alertsName,
  archiveName,
  auditName,
  groupName,
  identityName,
  pipelineName,
  secretName,
  vaultName,
} from "./layout";
import { network } from "./networkChecks";
import type { AzureSettings } from "./settings";
import { sizes } from "./sizes";
import { tagProblems } from "./tags";

type Args = PlatformArgs<AzureSettings>;

/** Contradictions between settings, each with its fix: what a schema of single values cannot say. */
export const contradictions = (args: Args): readonly string[] => [
  ...place(args),
  ...vault(args),
  ...secretNames(args),
  ...ages(args),
  ...network(args),
  ...credentials(args),
  ...people(args),
  ...audit(args),
  ...tagProblems(args.environment.tags),
  ...sizes(args),
];

function* place({ settings }: Args): Generator<string> {
  const { cloud, location, resourceGroup } = settings;
  if (!clouds[cloud].locations.test(location)) {
    const meant = Object.entries(clouds).find(([, one]) => one.locations.test(location))?.[0];
    yield `azure.location: got ${location}, which is no location of the cloud ${cloud}; fix: set azure.cloud to ${meant ?? "that of the location"}, or correct the location`;
  }
  if (resourceGroup.mode === "external" && resourceGroup.name === undefined) {
    yield "azure.resourceGroup.name: is missing; a group that exists is named; fix: add it, or set azure.resourceGroup.mode to create";
  }
}

/** Whose the vault is, and what of it is then set. */
function* vault({ environment, settings }: Args): Generator<string> {
  const { mode, name, resourceGroup, recover } = settings.vault;
  const own = groupName(environment, settings);
  if (mode !== "create" && name === undefined) {
    yield `azure.vault.name: is missing; a vault is ${mode === "adopt" ? "adopted" : "used"} by its name; fix: add it (\`az keyvault list --query "[].name"\` shows it)`;
  }
  if (mode === "create" && resourceGroup !== undefined && resourceGroup !== own) {
    yield `azure.vault.resourceGroup: got ${resourceGroup}; with azure.vault.mode create the vault is in the stack's own group, ${own}; fix: remove it, or set the mode`;
  }
  if (mode !== "create" && recover) {
    yield "azure.vault.recover: is for azure.vault.mode create; fix: remove it, or set the mode";
  }
}

function* secretNames({ environment, settings }: Args): Generator<string> {
  const guide = environment.keys.map((key) => keyNames(key.id, key).azure);
  for (const name of Object.keys(settings.secrets.names).filter((one) => !guide.includes(one))) {
    const meant = nearest(name, guide);
    yield `azure.secrets.names: got ${shown(name)}, which is no secret of this stack; allowed: ${guide.join(", ")}; fix: ${meant === undefined ? "remove it" : `rename it to ${meant}`}`;
  }
  const { seeded } = settings.secrets;
  const ids = environment.keys.map(({ id }) => id);
  for (const id of seeded === "all" ? [] : seeded.filter((one) => !ids.includes(one))) {
    const meant = nearest(id, ids);
    yield `azure.secrets.seeded: got ${shown(id)}, which is no key of this stack; allowed: ${ids.join(", ")}; fix: ${meant === undefined ? "remove it" : `rename it to ${meant}`}`;
  }
}

/** Event Grid tells of an expiry so many days before it: a key of fewer would always be near its own. */
function* ages({ environment }: Args): Generator<string> {
  for (const { id, maxAgeDays } of environment.keys) {
    if (maxAgeDays === undefined || maxAgeDays > limits.azureNearExpiryDays) continue;
    yield `keys.${id}.maxAgeDays: got ${String(maxAgeDays)}; on Azure an expiry is told ${String(limits.azureNearExpiryDays)} days before it, so it would be told as soon as the key is there; allowed: ${String(limits.azureNearExpiryDays + 1)} or more; fix: raise it, or keep this key on another platform`;
  }
}

/** A key for each reader, and a bound for whoever breaks glass. */
function* people({ environment, settings }: Args): Generator<string> {
  for (const consumer of ["app", "ci"] as const) {
    if (settings.access[consumer] === undefined) continue;
    if (keysOf(environment, consumer).length === 0) {
      yield `azure.access.${consumer}: there is no key for it; fix: remove the section or enable a key for it`;
    }
  }
  const { breakGlass } = settings.access;
  if (breakGlass && settings.cloud !== "public") {
    yield `azure.access.breakGlass: the provider makes eligibilities in the public cloud alone; fix: remove it, and make the eligibility by hand in ${settings.cloud}`;
  }
  const days = breakGlass && daysBetween(breakGlass.from, breakGlass.until);
  if (days !== undefined && (days <= 0 || days > limits.azureEligibilityDays)) {
    yield `azure.access.breakGlass: is eligible from ${breakGlass?.from ?? ""} until ${breakGlass?.until ?? ""}; allowed: an end after the beginning, at most ${String(limits.azureEligibilityDays)} days; fix: correct one of them`;
  }
  if (settings.vault.mode === "external" && !settings.access.operator.byName) {
    yield "azure.access.operator.byName: is off, and the vault is another's: the operator could write its other secrets; fix: turn it on, or adopt a vault that is the stack's alone";
  }
}

/** Names that this platform will use. */
export function claims({ environment, settings }: Args): readonly Claim[] {
  const vaultOf = vaultName(environment, settings);
  const group = `${groupName(environment, settings)} in ${settings.subscriptionId}`;
  const inGroup = (kind: string, name: string, setting: string): Claim => ({
    scope: `${kind} in ${group}`,
    name,
    setting,
  });
  return [
    { scope: "vault", name: vaultOf, setting: settings.vault.name ? "azure.vault.name" : "stage" },
    ...environment.keys.map((key) => ({
      scope: `secret in ${vaultOf}`,
      name: secretName(key, settings).toLowerCase(),
      setting: `secret of ${key.id}`,
    })),
    inGroup("action group", alertsName(environment), "stage"),
    ...(settings.audit.mode === "create" && settings.audit.workspace.id === undefined
      ? [inGroup("workspace", auditName(environment), "stage")]
      : []),
    ...(settings.audit.mode === "create" && settings.audit.storage.mode === "create"
      ? [{ scope: "storage account", name: archiveName(environment, settings), setting: "stage" }]
      : []),
    ...(["app", "ci"] as const)
      .filter((consumer) => settings.access[consumer] !== undefined)
      .map((consumer) =>
        inGroup("identity", identityName(environment, consumer), `azure.access.${consumer}`),
      ),
    ...(settings.pipeline
      ? ciRoles.map((role) =>
          inGroup("identity", pipelineName(environment, role), `azure.pipeline.${role}`),
        )
      : []),
  ];
}
