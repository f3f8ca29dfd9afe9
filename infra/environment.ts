import type { Catalog, KeyDefinition } from "./catalog";
import { appName } from "./naming";

/** Stages by the names that the guide's templates use. */
export const stages = ["dev", "staging", "prod"] as const;
export type Stage = (typeof stages)[number];

/** The application's own names for the stages: `dev` and `prod` stop it at start (its settings.py). */
export const apiEnvs = {
  dev: "development",
  staging: "staging",
  prod: "production",
} as const satisfies Record<Stage, string>;

/** A catalogue entry as this environment uses it. */
export interface Key extends KeyDefinition {
  readonly id: string;
}

/** Whoever gets an identity: the catalogue's readers, and the roles over the keys. */
export const consumers = ["app", "ci", "rotator", "operator", "breakGlass"] as const;
export type Consumer = (typeof consumers)[number];

/** What every component is told about where it stands. Plain data: it reaches state and policies as it is. */
export interface Environment {
  readonly app: typeof appName;
  readonly stage: Stage;
  /** Value of the application's API_ENV. */
  readonly apiEnv: (typeof apiEnvs)[Stage];
  readonly keys: readonly Key[];
  readonly tags: Readonly<Record<string, string>>;
}

/** What the stack's config says of the environment. */
export interface EnvironmentSettings {
  readonly stage: Stage;
  readonly keys: Readonly<Record<string, { enabled?: boolean; maxAgeDays?: number }>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Builds the environment from checked settings: the enabled keys, with their limits, and the common tags. */
export function createEnvironment(settings: EnvironmentSettings, catalog: Catalog): Environment {
  const keys = Object.entries(catalog).flatMap(([id, definition]): Key[] => {
    const choice = settings.keys[id];
    if (!(choice?.enabled ?? definition.optional !== true)) return [];
    const maxAgeDays = choice?.maxAgeDays ?? definition.maxAgeDays;
    return [{ ...definition, id, ...(maxAgeDays === undefined ? {} : { maxAgeDays }) }];
  });
  return {
    app: appName,
    stage: settings.stage,
    apiEnv: apiEnvs[settings.stage],
    keys,
    tags: {
      ...settings.tags,
      app: appName,
      stage: settings.stage,
      "managed-by": "pulumi",
    },
  };
}

/** The keys that a consumer must reach: readers by the catalogue; the rotator all that may rotate; the rest all. */
export function keysOf(environment: Environment, consumer: Consumer): readonly Key[] {
  if (consumer === "app" || consumer === "ci") {
    return environment.keys.filter((key) => key.readers.includes(consumer));
  }
  if (consumer === "rotator") return environment.keys.filter((key) => key.rotation !== "never");
  return environment.keys;
}

/** Days after which each key is stale, by id; a key that must not rotate has none. */
export const maxAgesOf = ({ keys }: Environment): Readonly<Record<string, number>> =>
  Object.fromEntries(
    keys.flatMap(({ id, maxAgeDays }) => (maxAgeDays === undefined ? [] : [[id, maxAgeDays]])),
  );
