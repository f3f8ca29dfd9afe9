/**
 * A stand-in for Azure's reading of an activity log alert, as its reference describes it: scopes are beginnings of the
 * event's resource id, and fields are compared without regard to case. Azure publishes no matcher of its own.
 * https://learn.microsoft.com/rest/api/monitor/activity-log-alerts/create-or-update
 */
export interface ActivityAlert {
  readonly scopes: readonly string[];
  readonly condition: { readonly allOf: readonly Condition[] };
}

export interface Leaf {
  readonly field: string;
  readonly equals?: string;
  readonly containsAny?: readonly string[];
}
export type Condition = Leaf | { readonly anyOf: readonly Leaf[] };
type Fields = Readonly<Record<string, unknown>>;

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The event's own names of fields that a condition calls otherwise. */
const names: Readonly<Record<string, string>> = {
  resourceGroup: "resourceGroupName",
  resourceProvider: "resourceProviderName",
};

function valueOf(field: string, event: Fields): string | undefined {
  const [head = "", ...rest] = field.split(".");
  const found = rest.reduce<unknown>(
    (value, part) => (value as Fields | undefined)?.[part],
    event[names[head] ?? head],
  );
  const value =
    typeof found === "object" && found !== null ? (found as { value?: unknown }).value : found;
  return typeof value === "string" ? value : undefined;
}

function holds(condition: Condition, event: Fields): boolean {
  if ("anyOf" in condition) return condition.anyOf.some((leaf) => holds(leaf, event));
  const value = valueOf(condition.field, event);
  const wanted = condition.equals === undefined ? condition.containsAny : [condition.equals];
  return value !== undefined && (wanted ?? []).some((one) => same(one, value));
}

/** Whether an event of the activity log, in the REST API's form, is told. */
export const tells = ({ scopes, condition }: ActivityAlert, event: Fields): boolean =>
  scopes.some((scope) =>
    `${String(event["resourceId"]).toLowerCase()}/`.startsWith(`${scope.toLowerCase()}/`),
  ) && condition.allOf.every((one) => holds(one, event));
