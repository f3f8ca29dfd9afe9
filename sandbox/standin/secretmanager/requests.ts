import { z } from "zod";
import { limits } from "../../../infra/limits";
import { crc32c } from "./checksum";
import { invalid, leftOut } from "./errors";

/** https://cloud.google.com/secret-manager/quotas and the reference,
 * https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1 */
const payloadBytes = 64 * 1024;
const annotationBytes = 16 * 1024;
const pageMax = 25_000;

const matching = (pattern: RegExp): z.ZodString => z.string().regex(pattern);

const labels = z
  .record(
    matching(/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u),
    matching(/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u),
  )
  .refine(
    (all) => Object.keys(all).length <= limits.gcpLabels,
    `at most ${String(limits.gcpLabels)}`,
  )
  .default({});

const annotations = z
  .record(matching(/^[a-z0-9A-Z](?:[a-z0-9A-Z_.-]{0,61}[a-z0-9A-Z])?$/), z.string())
  .refine(
    (all) => Buffer.byteLength(Object.entries(all).flat().join("")) < annotationBytes,
    `less than ${String(annotationBytes)} bytes`,
  )
  .default({});

const day = 24 * 3600;
const { gcpDestroyDelayDaysMin: fewest, gcpDestroyDelayDaysMax: most } = limits;
/** Seconds. https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions */
const versionDestroyTtl = z
  .object({ seconds: z.coerce.number().default(0) })
  .transform(({ seconds }) => seconds)
  .refine(
    (seconds) => seconds >= fewest * day && seconds <= most * day,
    `from ${String(fewest)} to ${String(most)} days`,
  )
  .optional();

const replication = z
  .strictObject({
    automatic: z.strictObject({}).optional(),
    userManaged: z
      .strictObject({ replicas: z.array(z.strictObject({ location: z.string() })).min(1) })
      .optional(),
  })
  .refine(({ automatic, userManaged }) => !automatic !== !userManaged, "automatic or userManaged");

/** What may be changed. */
const changeable = { labels, annotations, versionDestroyTtl };
export type Change = z.output<z.ZodObject<typeof changeable>>;
export type Replication = z.output<typeof replication>;

const id = matching(/^[A-Za-z0-9_-]{1,255}$/);
/** A secret's name is set by the service, its etag and date too. */
const any = z.unknown().optional();
const ignored = { name: any, etag: any, createTime: any };

export const createRequest = z.object({
  secretId: id,
  secret: z.strictObject({ ...ignored, ...changeable, replication: replication.optional() }),
});

const paths = {
  labels: "labels",
  annotations: "annotations",
  version_destroy_ttl: "versionDestroyTtl",
} as const;
type Path = keyof typeof paths;

export const updateRequest = z.object({
  secret: z.looseObject({ ...changeable, etag: z.string().default("") }),
  updateMask: z.object({ paths: z.array(z.string()).min(1) }),
});

/** The named fields; those that the request does not have are emptied. */
export function changeOf({ secret, updateMask }: z.output<typeof updateRequest>): Partial<Change> {
  const changed: Partial<Record<keyof Change, unknown>> = {};
  for (const path of updateMask.paths) {
    if (!Object.hasOwn(paths, path)) throw leftOut(`change of ${path}`);
    const field = paths[path as Path];
    changed[field] = secret[field];
  }
  return changed as Partial<Change>;
}

export const addRequest = z.object({
  payload: z
    .object({
      data: z
        .instanceof(Buffer)
        // https://github.com/hashicorp/terraform-provider-google/issues/10475
        .refine(({ length }) => length > 0, "Field [payload] is required.")
        .refine(({ length }) => length <= payloadBytes, `at most ${String(payloadBytes)} bytes`),
      dataCrc32c: z.coerce.number().optional(),
    })
    .refine(
      ({ data, dataCrc32c: sum }) => sum === undefined || sum === crc32c(data),
      "the checksum is of other data",
    ),
});

export const etagRequest = z.object({ etag: z.string().default("") });

const listRequest = z.object({
  pageSize: z
    .int()
    .nonnegative()
    .default(0)
    .transform((size) => Math.min(size || pageMax, pageMax)),
  pageToken: z.string().default(""),
});

/** A list without its filter would be of other things. */
const filter = z.object({ filter: z.string().max(0).optional() });

export function listOf(message: unknown): z.output<typeof listRequest> {
  if (!filter.safeParse(message).success) throw leftOut("filter");
  return parsed(listRequest, message);
}

/** Parses what came, and tells of the first thing that is wrong with it; never with its value. */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  message: unknown,
): z.output<Schema> {
  const { data, error } = schema.safeParse(message);
  if (error === undefined) return data;
  const [issue] = error.issues;
  const where = issue?.path.join(".") ?? "";
  if (issue?.code === "unrecognized_keys") throw leftOut([where, ...issue.keys].join(" "));
  throw invalid(`${where}: ${issue?.message ?? "is wrong"}`);
}
