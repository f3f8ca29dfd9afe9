import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { WorkloadAccess } from "../contracts/workloadAccess";
import { apiEnvs, consumers, stages, type Environment } from "../environment";
import { concerns } from "../tokens";

/** Version of the document. A minor version only adds optional members; see docs/adr. */
export const wiringVersion = "1.2";

const strings = z.record(z.string(), z.string());

const capability = z.union([
  z.strictObject({ level: z.literal("full"), note: z.string().optional() }),
  z.strictObject({ level: z.enum(["partial", "absent"]), reason: z.string() }),
]);

const platformWiring = z
  .strictObject({
    secretMethod: z.string().describe("Value of SECRET_METHOD for the guide's loader."),
    env: strings.describe(
      "Variables that the guide's loader reads besides the keys. No credential.",
    ),
    references: z
      .record(
        z.string(),
        z.strictObject({
          key: z.string(),
          env: z.string().describe("The variable that the consumer expects the value in."),
          locator: strings.describe("The platform's own coordinates of the value."),
          container: z
            .strictObject({
              contentType: z.string(),
              expiresAfterDays: z.int().describe("Days from a version's writing to its expiry."),
              tags: strings,
            })
            .optional()
            .describe("How whoever writes the value makes its place. Since 1.1."),
        }),
      )
      .describe("Where each key's value is, by catalogue id."),
    addresses: z
      .strictObject({
        containers: strings.describe("Of each container, by its name in the locators."),
        encryptionKey: z.string().optional().describe("Of the customer's own key."),
      })
      .optional()
      .describe("Full addresses, a part of which the store makes up. Since 1.2."),
    identities: z
      .partialRecord(
        z.enum(consumers),
        z.strictObject({
          consumer: z.enum(consumers),
          name: z.string(),
          logins: z.record(z.string(), strings),
        }),
      )
      .describe("The identity of each consumer and how it logs in."),
    rotation: z.strictObject({
      mode: z.enum(["rotates", "notifies", "staged"]),
      maxAgeDays: z.record(z.string(), z.number()),
    }),
    capabilities: z.record(z.enum(concerns), capability),
  })
  .describe("What one platform offers to a deployment.");

/** What a PromptSentinel deployment needs to know of a stack. It holds no value of any key. */
export const wiringSchema = z
  .strictObject({
    version: z.string().regex(/^1\.\d+$/),
    app: z.literal("promptsentinel"),
    stage: z.enum(stages),
    apiEnv: z.enum(Object.values(apiEnvs)).describe("Value of the application's API_ENV."),
    keys: z
      .record(
        z.string(),
        z.strictObject({
          env: z.string(),
          readers: z.array(z.enum(["app", "ci"])),
          rotation: z.enum(["automatic", "generated", "staged", "never"]),
        }),
      )
      .describe("The environment's keys, by catalogue id."),
    platforms: z.record(z.string(), platformWiring),
  })
  .meta({ title: "PromptSentinel wiring document" });

export type Wiring = z.infer<typeof wiringSchema>;
export type PlatformWiring = z.infer<typeof platformWiring>;

/** What a platform gives to the document: some of it is known only when it is there. */
export type DeclaredPlatform = Omit<PlatformWiring, "identities" | "addresses"> &
  Pick<WorkloadAccess, "identities"> & { readonly addresses?: DeclaredAddresses };

interface DeclaredAddresses {
  readonly containers: Readonly<Record<string, pulumi.Input<string>>>;
  readonly encryptionKey?: pulumi.Input<string>;
}

/** The document as a program gives it to the stack's outputs. */
export type DeclaredWiring = Omit<Wiring, "platforms"> & {
  readonly platforms: Readonly<Record<string, DeclaredPlatform>>;
};

/** The document of an environment, around what its platforms offer. */
export const wiringDocument = (
  { app, stage, apiEnv, keys }: Environment,
  platforms: Readonly<Record<string, DeclaredPlatform>>,
): DeclaredWiring => ({
  version: wiringVersion,
  app,
  stage,
  apiEnv,
  keys: Object.fromEntries(
    keys.map(({ id, env, readers, rotation }) => [id, { env, readers: [...readers], rotation }]),
  ),
  platforms,
});

/** The published JSON schema (infra/wiring/wiring.schema.json is its golden). */
export const wiringJsonSchema = (): object =>
  z.toJSONSchema(wiringSchema, { target: "draft-2020-12" });
