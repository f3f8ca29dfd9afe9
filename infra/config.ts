import { z } from "zod";
import { catalog as defaultCatalog, type Catalog } from "./catalog";
import { ConfigError, describeIssue } from "./configError";
import { claimValues } from "./claims";
import type { CiSettings, Platform, PlatformArgs } from "./contracts/platform";
import { createEnvironment, stages, type Environment } from "./environment";
import { limits } from "./limits";

/** The platforms by name: also the names of their config sections. */
export type Platforms = Readonly<Record<string, Platform>>;

/** What a stack is built from, checked as a whole. */
export interface StackConfig {
  readonly environment: Environment;
  readonly ci: CiSettings | undefined;
  /** Enabled platforms, in the registry's order. */
  readonly platforms: readonly { readonly platform: Platform; readonly settings: unknown }[];
}

const claimSet = z.record(z.string(), claimValues);

/** Claims by number: a name can be taken over by somebody else, a number cannot. */
const pinnedClaims = ["repository_id", "project_id"];

const ciSettings = z.strictObject({
  issuer: z
    .url({ protocol: /^https$/, error: "an https:// address" })
    .describe("Who signs the pipeline's tokens."),
  audience: z.string().min(1).describe("For whom they are."),
  claims: claimSet
    .refine(
      (claims) => pinnedClaims.some((claim) => claim in claims),
      `one of ${pinnedClaims.join(", ")}, so that a renamed repository cannot take the trust over`,
    )
    .describe(`What every token has to claim, one of ${pinnedClaims.join(", ")} among it.`),
  preview: claimSet.describe("And for a preview, which reads."),
  apply: claimSet
    .refine(
      (claims) => Object.keys(claims).length > 0,
      "at least one claim, such as environment, so that a pull request cannot apply",
    )
    .describe("And for an up, which writes: at least one claim."),
});

/** The schema of a stack's config for a catalogue and a set of platforms. Unknown names are errors at every depth. */
export const stackSchema = (platforms: Platforms, catalog: Catalog) =>
  z.strictObject({
    stage: z.enum(stages).describe("The environment; the application's API_ENV follows from it."),
    tags: z.record(z.string(), z.string()).default({}).describe("On whatever takes tags."),
    keys: z
      .strictObject(
        Object.fromEntries(
          Object.entries(catalog).map(([id, { maxAgeDays }]) => [
            id,
            z
              .strictObject({
                enabled: z
                  .boolean()
                  .optional()
                  .describe("Whether the stack has this key. Without it, as the catalogue says."),
                // A key that must not rotate has no age to set.
                ...(maxAgeDays === undefined
                  ? {}
                  : {
                      maxAgeDays: z
                        .int()
                        .min(1)
                        .max(limits.keyMaxAgeDays)
                        .optional()
                        .describe(
                          "Days after which its value is stale. Without it, as the catalogue says.",
                        ),
                    }),
              })
              .optional(),
          ]),
        ),
      )
      .prefault({}),
    ci: ciSettings.optional(),
    ...Object.fromEntries(
      Object.entries(platforms).map(([name, { settings }]) => [name, settings.optional()]),
    ),
  });

/**
 * Checks a stack's raw config and builds the environment from it.
 * @throws ConfigError with every problem, each with path, value, what is allowed and the fix
 */
export function parseConfig(
  raw: unknown,
  platforms: Platforms,
  catalog: Catalog = defaultCatalog,
): StackConfig {
  const schema = stackSchema(platforms, catalog);
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    throw new ConfigError([
      ...new Set(parsed.error.issues.flatMap((issue) => describeIssue(issue, raw, keysAt(schema)))),
    ]);
  }
  const { stage, tags, keys, ci, ...sections } = parsed.data;
  const environment = createEnvironment({ stage, tags, keys: defined(keys) }, catalog);
  const enabled = Object.values(platforms).flatMap((platform) => {
    const settings: unknown = Reflect.get(sections, platform.name);
    return settings === undefined ? [] : [{ platform, settings }];
  });
  const settingsOf = settingsByName(enabled);
  const problems = [
    ...(enabled.length === 0
      ? [
          `config: no platform is enabled; allowed: ${Object.keys(platforms).join(", ")}; fix: add a section for one of them`,
        ]
      : []),
    ...enabled.flatMap(({ platform, settings }) =>
      platform.contradictions({ environment, settings, ci, enabled: settingsOf }),
    ),
    ...collisions(enabled.map((one) => ({ ...one, environment, ci }))),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return { environment, ci, platforms: enabled };
}

/** Settings of a stack's platforms, by name. */
export const settingsByName = (
  enabled: StackConfig["platforms"],
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(enabled.map(({ platform, settings }) => [platform.name, settings]));

const defined = (keys: Readonly<Record<string, { enabled?: boolean | undefined } | undefined>>) =>
  Object.fromEntries(
    Object.entries(keys).flatMap(([id, key]) => (key === undefined ? [] : [[id, key]])),
  ) as Parameters<typeof createEnvironment>[0]["keys"];

/** Names that two settings want at the same place. */
function collisions(
  enabled: readonly (PlatformArgs<unknown> & { readonly platform: Platform })[],
): readonly string[] {
  const all = enabled.flatMap(({ platform, ...args }) => platform.claims(args));
  // Map.groupBy came with Node 21.
  const groups = new Map<string, typeof all>();
  for (const claim of all) {
    const place = `${claim.name} (${claim.scope})`;
    groups.set(place, [...(groups.get(place) ?? []), claim]);
  }
  return [...groups]
    .filter(([, claims]) => claims.length > 1)
    .map(
      ([name, claims]) =>
        `${claims.map(({ setting }) => setting).join(" and ")}: both claim ${name}; fix: give one of them another name`,
    );
}

/** Names that the schema allows at a path. */
const keysAt =
  (schema: z.ZodType) =>
  (path: readonly PropertyKey[]): readonly string[] => {
    const at = path.reduce<z.ZodType | undefined>(
      (inner, part) => (inner ? shapeOf(inner)?.[String(part)] : undefined),
      schema,
    );
    return Object.keys((at && shapeOf(at)) ?? {});
  };

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return shapeOf(schema.unwrap() as z.ZodType);
  }
  return undefined;
}
