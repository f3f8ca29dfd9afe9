import { consumers, type Consumer, type Environment } from "../../environment";
import { physicalName } from "../../naming";
import { seesValues } from "../grants";
import {
  alertsName,
  arnOf,
  auditBucket,
  auditName,
  entriesOf,
  roleArn,
  roleName,
  trailArn,
} from "../layout";
import { rolesOf } from "../readers";
import type { AlertsSettings } from "../settings";

/** What the alerts are about, by the names that CloudTrail's records carry. */
export interface Scope {
  /** Names of the secrets, and beginnings of their ARNs in each region that has them. */
  readonly secrets: { readonly names: readonly string[]; readonly arns: readonly string[] };
  /** Roles that read in the usual course: ARNs, and beginnings that cover them. */
  readonly readers: { readonly arns: readonly string[]; readonly starts: readonly string[] };
  /** Whoever writes secrets uses the key too. */
  readonly users: { readonly arns: readonly string[]; readonly starts: readonly string[] };
  /** Roles whose use is told each time. */
  readonly privileged: readonly string[];
  /** Beginning of the names of the environment's roles. */
  readonly roles: string;
  readonly boundary: string | undefined;
  /** ARNs of the encryption keys, or stand-ins of the same length while they are not known. */
  readonly keys: readonly string[];
  readonly trail: readonly string[];
  readonly bucket: string | undefined;
  readonly logGroup: string | undefined;
  /** Beginning of the names of rules and alarms, and name of the topic and of the check. */
  readonly alerts: string;
  readonly topicArn: string;
  readonly stateMachineArn: string;
}

/** What the alerts of an environment are about. */
export function scopeOf(
  environment: Environment,
  settings: AlertsSettings,
  keys: readonly string[],
): Scope {
  const { audit, secrets, region } = settings;
  const entries = entriesOf(environment.keys, settings);
  const own = audit.mode === "create";
  const alerts = alertsName(environment);
  const trail = audit.trailArn ?? trailArn(environment, settings);
  return {
    secrets: {
      names: entries.map(({ name }) => name),
      arns: entries.flatMap(({ name }) =>
        [region, ...secrets.replicas].map((one) =>
          arnOf("secretsmanager", `secret:${name}`, { ...settings, region: one }),
        ),
      ),
    },
    readers: rolesWho((one) => seesValues(one) && one !== "breakGlass", environment, settings),
    users: rolesWho((one) => one !== "breakGlass", environment, settings),
    privileged: (["rotator", "breakGlass"] as const)
      .filter((consumer) => settings.access[consumer] !== undefined)
      .map((consumer) => roleArn(roleName(environment, consumer), settings)),
    roles: physicalName(environment.stage, ""),
    boundary: settings.permissionsBoundary,
    keys,
    // Calls name a trail by its name or its ARN.
    trail: [trail, trail.slice(trail.lastIndexOf("/") + 1)],
    bucket: own ? auditBucket(environment, settings) : undefined,
    logGroup: own ? auditName(environment) : audit.logGroup,
    alerts,
    topicArn: arnOf("sns", alerts, settings),
    stateMachineArn: arnOf("states", `stateMachine:${alerts}`, settings),
  };
}

function rolesWho(
  which: (consumer: Consumer) => boolean,
  environment: Environment,
  settings: AlertsSettings,
): Scope["readers"] {
  const some = consumers.filter(which).filter((one) => settings.access[one] !== undefined);
  return {
    arns: some.flatMap((one) =>
      rolesOf(one, environment, settings).map((name) => roleArn(name, settings)),
    ),
    starts: some.map((one) => roleArn(roleName(environment, one), settings)),
  };
}
