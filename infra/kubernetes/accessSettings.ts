import { z } from "zod";
import { objectName, subjectName } from "./fields";

const workload = {
  mode: z
    .enum(["create", "external"])
    .default("create")
    .describe(
      "Whose the Pods' service account is: `external` is one that Helm makes, whose annotations are in the wiring.",
    ),
  reader: objectName
    .optional()
    .describe(
      "With externalSecrets: the service account by which the source is read. Without it, the Pods' own name and `-reader`.",
    ),
};

/** People, by what the API server knows them as. It forgets nobody by itself: RBAC has no time. */
const people = z.strictObject({
  subjects: z
    .record(
      z.string().regex(/^[a-z0-9-]+$/, "a short name: a-z, 0-9 and -"),
      z.strictObject({
        kind: z.enum(["User", "Group"]).describe("What it is."),
        name: subjectName.describe("Its name, as the cluster's login says it."),
      }),
    )
    .refine((all) => Object.keys(all).length > 0, "at least one")
    .describe("Who they are, by names of yours, which never change."),
});

/** Who gets an identity, and how it proves who it is. */
export const accessSettings = z.strictObject({
  app: z.strictObject({
    serviceAccount: objectName
      .default("prompt-sentinel")
      .describe("Service account of the application's Pods. It may do nothing in the cluster."),
    ...workload,
  }),
  ci: z
    .strictObject({
      serviceAccount: objectName.describe("Service account of the jobs that run in the cluster."),
      secretName: objectName
        .default("prompt-sentinel-ci")
        .describe("The Secret of the jobs' keys, apart from the application's."),
      ...workload,
    })
    .optional()
    .describe("Jobs of the pipeline that run in the namespace. Others read the source itself."),
  operator: people
    .optional()
    .describe("Sees whether keys arrive, and reads none. Values are written in the source."),
  breakGlass: people
    .optional()
    .describe("Reads the Secrets, as long as the section is there. Off unless it is."),
});

export type People = z.output<typeof people>;
