import { keysOf, type Consumer, type Environment, type Key } from "../environment";
import { accountMember, accountName } from "./layout";
import type { AccessSettings } from "./settings";

/** A condition of a binding. https://cloud.google.com/iam/docs/conditions-overview */
export interface Condition {
  readonly title: string;
  readonly description: string;
  readonly expression: string;
}

/** One role on one secret. */
export interface Grant {
  readonly key: Key;
  /** Part of the binding's name. */
  readonly on: string;
  readonly role: string;
  readonly condition?: Condition;
}

/**
 * Roles of consumers, on each secret alone. Adding a version does not read one, nor does looking at what there is.
 * https://cloud.google.com/secret-manager/docs/access-control
 */
const roles = {
  app: ["secretAccessor"],
  ci: ["secretAccessor"],
  rotator: ["secretAccessor", "secretVersionManager"],
  operator: ["secretVersionAdder", "viewer"],
  breakGlass: ["secretAccessor"],
} as const satisfies Record<Consumer, readonly string[]>;

/** What a consumer is granted. */
export const grantsOf = (
  consumer: Consumer,
  environment: Environment,
  { access }: AccessSettings,
): readonly Grant[] =>
  keysOf(environment, consumer).flatMap((key) =>
    roles[consumer].map((role, index) => ({
      key,
      on: index === 0 ? key.id : `${key.id}-${role}`,
      role: `roles/secretmanager.${role}`,
      ...(consumer === "breakGlass" &&
        access.breakGlass && { condition: between(access.breakGlass) }),
    })),
  );

/** From one time until another, by the clock of whoever is asked. */
const between = ({ from, until }: { from: string; until: string }): Condition => ({
  title: "breakGlass",
  description: `From ${from} until ${until}`,
  expression: `request.time >= timestamp("${from}") && request.time < timestamp("${until}")`,
});

/** Members of a consumer, as its grants name them. */
export function membersOfConsumer(
  consumer: Consumer,
  environment: Environment,
  settings: Pick<AccessSettings, "projectId" | "access">,
): readonly string[] {
  const access = settings.access[consumer];
  if (access === undefined) return [];
  return "principals" in access
    ? Object.values(access.principals).map(({ member }) => member)
    : [accountMember(accountName(environment, consumer), settings)];
}
