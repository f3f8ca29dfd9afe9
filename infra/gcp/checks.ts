import { nearest, shown } from "../configError";
import type { Claim, PlatformArgs } from "../contracts/platform";
import { ciRoles } from "../contracts/ciAccess";
import { daysBetween } from "../duration";
import { keysOf } from "../environment";
import { limits } from "../limits";
import { keyNames } from "../naming";
import { audit } from "./auditChecks";
import { credentials } from "./credentialChecks";
import { labelProblems } from "./labels";
import {
  accountName,
  archiveName,
  auditName,
  keyRingName,
  pipelineName,
  poolName,
  replicaLocations,
  secretName,
  topicName,
} from "./layout";
import type { GcpSettings } from "./settings";
import { sizes } from "./sizes";
import { federationsOf } from "./trust";

type Args = PlatformArgs<GcpSettings>;

/** Contradictions between settings, each with its fix: what a schema of single values cannot say. */
export const contradictions = (args: Args): readonly string[] => [
  ...secretNames(args),
  ...places(args),
  ...encryption(args),
  ...credentials(args),
  ...people(args),
  ...audit(args),
  ...labelProblems(args.environment.tags),
  ...sizes(args),
];

function* secretNames({ environment, settings }: Args): Generator<string> {
  const guide = environment.keys.map((key) => keyNames(key.id, key).gcp);
  for (const name of Object.keys(settings.secrets.names).filter((one) => !guide.includes(one))) {
    const meant = nearest(name, guide);
    yield `gcp.secrets.names: got ${shown(name)}, which is no secret of this stack; allowed: ${guide.join(", ")}; fix: ${meant === undefined ? "remove it" : `rename it to ${meant}`}`;
  }
}

/** Where values are. */
function* places({ settings }: Args): Generator<string> {
  const { replication, locations } = settings.secrets;
  if (locations === undefined) return;
  if (replication !== "userManaged") {
    yield `gcp.secrets.locations: is for gcp.secrets.replication userManaged; got ${replication}; fix: remove it, or set the replication`;
  }
  for (const one of locations.filter((each, at) => locations.indexOf(each) !== at)) {
    yield `gcp.secrets.locations: got ${one} twice; fix: name each region once`;
  }
}

/** Keys of each location that values are in. https://cloud.google.com/secret-manager/docs/cmek */
function* encryption({ settings }: Args): Generator<string> {
  const { mode, keys } = settings.encryption;
  const needed = replicaLocations(settings);
  if (mode !== "external") {
    for (const location of Object.keys(keys)) {
      yield `gcp.encryption.keys.${location}: is for gcp.encryption.mode external; got ${mode}; fix: remove it, or set the mode`;
    }
    return;
  }
  if (settings.secrets.mode !== "create") return;
  for (const location of needed.filter((one) => keys[one] === undefined)) {
    yield `gcp.encryption.keys.${location}: is missing; values are in ${needed.join(", ")}, and each needs a key there; fix: add it, or set gcp.encryption.mode to create`;
  }
  for (const [location, name] of Object.entries(keys)) {
    if (!needed.includes(location)) {
      yield `gcp.encryption.keys.${location}: got a key of a location that no value is in; allowed: ${needed.join(", ")}; fix: remove it, or correct the location`;
    }
    const own = name.split("/")[3] ?? "";
    if (own !== location) {
      yield `gcp.encryption.keys.${location}: got a key in ${own}; a value in ${location} is encrypted by a key in ${location}; fix: name one of there`;
    }
  }
}

/** A key for each reader, and a bound for whoever breaks glass. */
function* people({ environment, settings }: Args): Generator<string> {
  for (const consumer of ["app", "ci"] as const) {
    if (settings.access[consumer] === undefined) continue;
    if (keysOf(environment, consumer).length === 0) {
      yield `gcp.access.${consumer}: there is no key for it; fix: remove the section or enable a key for it`;
    }
  }
  const { breakGlass } = settings.access;
  const days = breakGlass && daysBetween(breakGlass.from, breakGlass.until);
  if (days !== undefined && (days <= 0 || days > limits.gcpBreakGlassDays)) {
    yield `gcp.access.breakGlass: reads from ${breakGlass?.from ?? ""} until ${breakGlass?.until ?? ""}; allowed: an end after the beginning, at most ${String(limits.gcpBreakGlassDays)} days; fix: correct one of them`;
  }
  for (const consumer of ["rotator", "operator", "breakGlass"] as const) {
    const all = Object.values(settings.access[consumer]?.principals ?? {}).map((one) => one.member);
    for (const member of all.filter((one, at) => all.indexOf(one) !== at)) {
      yield `gcp.access.${consumer}.principals: got ${member} twice; taking one out would take its grant; fix: name it once`;
    }
  }
}

/** Names that this platform will use. */
export function claims({ environment, settings, ci }: Args): readonly Claim[] {
  const { projectId } = settings;
  const inProject = (kind: string, name: string, setting: string): Claim => ({
    scope: `${kind} in ${projectId}`,
    name,
    setting,
  });
  const pools = new Set(federationsOf(settings, ci).map(({ pool }) => pool));
  return [
    ...environment.keys.map((key) =>
      inProject("secret", secretName(key, settings), `secret of ${key.id}`),
    ),
    inProject("topic", topicName(environment), "stage"),
    ...(settings.encryption.mode === "create"
      ? [inProject("key ring", keyRingName(environment), "stage")]
      : []),
    ...(["app", "ci"] as const)
      .filter((consumer) => settings.access[consumer] !== undefined)
      .map((consumer) =>
        inProject("service account", accountName(environment, consumer), `gcp.access.${consumer}`),
      ),
    ...(settings.pipeline
      ? ciRoles.map((role) =>
          inProject("service account", pipelineName(environment, role), `gcp.pipeline.${role}`),
        )
      : []),
    ...[...pools].map((kind) =>
      inProject("identity pool", poolName(environment, settings, kind), "gcp.federation.name"),
    ),
    ...(settings.audit.mode === "create"
      ? [inProject("log bucket", auditName(environment), "stage")]
      : []),
    ...(settings.audit.mode === "create" && settings.audit.storage.mode === "create"
      ? [
          {
            scope: "bucket",
            name: archiveName(environment, settings),
            setting: "stage",
          },
        ]
      : []),
  ];
}
