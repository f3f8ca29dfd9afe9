import type { Consumer, Environment } from "../../environment";
import { groupName, resourceIdOf, secretName, vaultGroup, vaultId, workspaceId } from "../layout";
import type { AlertsSettings } from "../settings";
import type { Source } from "./query";

/** What the alerts are about, by the names that logs carry. */
export interface Scope extends Source {
  /** Who reads in the usual course. */
  readonly readers: readonly Consumer[];
  /** Who reads every key, and is somebody whom a row can name: a group calls nothing. */
  readonly privileged: readonly Consumer[];
  readonly breakGlass: boolean;
  /** Group of the vault. */
  readonly vaultGroupId: string;
  /** Beginnings of ids: where grants, the workloads' identities, and the parts of the audit are. */
  readonly grants: readonly string[];
  readonly identities: readonly string[];
  readonly audit: readonly string[];
  readonly subscription: string;
}

/** What the alerts of an environment are about. */
export function scopeOf(environment: Environment, settings: AlertsSettings): Scope {
  const { access, alerts, audit, vault } = settings;
  const subscription = `/subscriptions/${settings.subscriptionId}`;
  const group = resourceIdOf(settings, groupName(environment, settings));
  const vaultGroupId = resourceIdOf(settings, vaultGroup(environment, settings));
  const id = vaultId(environment, settings);
  return {
    tables: audit.tables,
    vaultId: id,
    secrets:
      vault.mode === "create"
        ? undefined
        : environment.keys.map((key) => secretName(key, settings)),
    readers: (["app", "ci", "rotator"] as const).filter((one) => access[one] !== undefined),
    privileged: (["rotator", "breakGlass"] as const).filter((one) =>
      Object.values(access[one]?.principals ?? {}).some(({ type }) => type !== "Group"),
    ),
    breakGlass: access.breakGlass !== undefined,
    vaultGroupId,
    grants: alerts.grants === "subscription" ? [subscription] : apart([group, vaultGroupId]),
    identities: [group],
    audit: apart([group, id, workspaceId(environment, settings)]),
    subscription,
  };
}

/** Ids of which none is below another. */
const apart = (ids: readonly string[]): readonly string[] =>
  [...new Set(ids)].filter(
    (one) => !ids.some((other) => one.toLowerCase().startsWith(`${other.toLowerCase()}/`)),
  );
