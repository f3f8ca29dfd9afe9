import { consumers, type Consumer, type Environment } from "../environment";
import type { WorkloadLogins } from "./accessSettings";
import { entriesFor, roleArn, roleName, type Entry } from "./layout";
import type { AwsSettings, PlaceSettings } from "./settings";

type ReaderSettings = PlaceSettings & Pick<AwsSettings, "secrets" | "access">;

/** The roles of a workload, by what they are for. ECS has two: one for its agent, one for the containers. */
const workloadRoles: Readonly<Record<keyof WorkloadLogins, readonly string[]>> = {
  ecs: ["ecs-execution", "ecs-task"],
  podIdentity: ["pod-identity"],
  irsa: ["irsa"],
  ec2: ["ec2"],
  lambda: ["lambda"],
  oidc: ["oidc"],
};

/** What the roles of a way are for. */
export const usesOf = (login: keyof WorkloadLogins): readonly string[] => workloadRoles[login];

/** Ways of a workload that the settings turn on. */
export const loginsOf = (workload: WorkloadLogins): readonly (keyof WorkloadLogins)[] =>
  (Object.keys(workloadRoles) as (keyof WorkloadLogins)[]).filter(
    (login) => workload[login] !== undefined && workload[login] !== false,
  );

/** Names of a consumer's roles. */
export function rolesOf(
  consumer: Consumer,
  environment: Environment,
  { access }: Pick<AwsSettings, "access">,
): readonly string[] {
  const one = access[consumer];
  if (one === undefined) return [];
  if (consumer !== "app" && consumer !== "ci") return [roleName(environment, consumer)];
  return loginsOf(one as WorkloadLogins).flatMap((login) =>
    workloadRoles[login].map((use) => roleName(environment, consumer, use)),
  );
}

/** ARNs of the roles that reach a secret, of consumers that the filter lets pass. */
export const roleArnsFor = (
  entry: Pick<Entry, "name">,
  environment: Environment,
  settings: ReaderSettings,
  which: (consumer: Consumer) => boolean,
): readonly string[] =>
  consumers
    .filter(which)
    .filter((consumer) =>
      entriesFor(consumer, environment, settings).some(({ name }) => name === entry.name),
    )
    .flatMap((consumer) => rolesOf(consumer, environment, settings))
    .map((name) => roleArn(name, settings));
