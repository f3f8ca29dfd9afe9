import { z } from "zod";
import { badParameter } from "./errors";

/** https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
const limits = {
  valueBytes: 25 * 1024,
  contentTypeLength: 255,
  tags: 15,
  tagLength: 512,
  pageMax: 25,
} as const;

/** https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-identifiers */
const namePattern = /^[0-9a-zA-Z-]{1,127}$/;

/** Seconds since 1970: IntDate. */
const date = z.int().nonnegative().nullish();

const changeable = {
  contentType: z.string().max(limits.contentTypeLength).nullish(),
  tags: z
    .record(z.string().max(limits.tagLength), z.string().max(limits.tagLength))
    .refine(
      (tags) => Object.keys(tags).length <= limits.tags,
      `at most ${String(limits.tags)} tags`,
    )
    .nullish(),
  attributes: z.object({ enabled: z.boolean().nullish(), nbf: date, exp: date }).nullish(),
};

/** https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret#request-body */
export const setBody = z.object({
  value: z
    .string()
    .refine(
      (value) => Buffer.byteLength(value) <= limits.valueBytes,
      `at most ${String(limits.valueBytes)} bytes`,
    ),
  ...changeable,
});

/** https://learn.microsoft.com/rest/api/keyvault/secrets/update-secret/update-secret#request-body */
export const updateBody = z.object(changeable);

/** https://learn.microsoft.com/rest/api/keyvault/secrets/restore-secret/restore-secret#request-body */
export const restoreBody = z.object({ value: z.string() });

export type Change = z.output<typeof updateBody>;

/** Parses what came, and tells of the first thing that is wrong with it; never with its value. */
export function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(body);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw badParameter(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is wrong"}`);
}

export function checkedName(name: string): string {
  if (namePattern.test(name)) return name;
  throw badParameter(`${name}: a name has 1 to 127 of 0-9, a-z, A-Z and -`);
}

/** https://learn.microsoft.com/rest/api/keyvault/secrets/get-secrets/get-secrets#uri-parameters */
export function pageSize(query: URLSearchParams): number {
  const text = query.get("maxresults");
  const size = text === null ? limits.pageMax : Number(text);
  if (Number.isInteger(size) && size >= 1 && size <= limits.pageMax) return size;
  throw badParameter(`maxresults: from 1 to ${String(limits.pageMax)}`);
}

/**
 * Versions of the API whose secrets are as here, the newest that the SDKs send among them; those named by a date tell
 * of the version before. https://github.com/Azure/azure-rest-api-specs/tree/main/specification/keyvault/data-plane/Secrets
 */
const versions = ["7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "2025-07-01", "2026-04-01"];

/** There is no default. https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses#supported-api-versions */
export function apiVersion(query: URLSearchParams): { readonly tellsPrevious: boolean } {
  const version = query.get("api-version");
  if (version !== null && versions.includes(version)) {
    return { tellsPrevious: version.startsWith("20") };
  }
  throw badParameter(
    `api-version: ${version ?? "is missing"}; this stand-in knows ${versions.join(", ")}`,
  );
}
