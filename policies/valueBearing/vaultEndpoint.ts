import { createPublicKey } from "node:crypto";
import type { KeyRotation } from "../../infra/catalog";
import { record } from "../support";

/**
 * The one raw resource that is needed: an entry's metadata and a login method's config without its mount have no
 * resource of their own.
 */
export const endpointType = "vault:generic/endpoint:Endpoint";

/** `<mount>/metadata/<entry>` of KV version 2. https://openbao.org/api-docs/secret/kv/kv-v2/ */
const metadataPath = /^(?!(sys|auth|identity)\/)[\w-]+(\/[\w-]+)*\/metadata\/[\w-]+(\/[\w-]+)*$/;

/** Settings of a KV version 2 mount. */
const mountConfigPath = /^(?!(sys|auth|identity)\/)[\w-]+(\/[\w-]+)*\/config$/;

/** Whose tokens a JWT login method trusts. https://openbao.org/api-docs/auth/jwt/#configure */
const jwtConfigPath = /^auth\/[\w-]+(\/[\w-]+)*\/config$/;

const issuerFields = ["bound_issuer", "oidc_discovery_url"];
const publicKeys = "jwt_validation_pubkeys";

const mountFields = ["max_versions", "cas_required", "delete_version_after"];

/** The words for how a key rotates. A type keeps them complete. */
const rotations: Readonly<Record<KeyRotation, true>> = {
  automatic: true,
  generated: true,
  staged: true,
  never: true,
};

/** What says something about a key without being one. Free text is no such thing: a key is one too. */
const isAboutKey = (name: string, text: unknown): boolean =>
  (name.endsWith("_rotation") && Object.hasOwn(rotations, String(text))) ||
  (name.endsWith("_max_age_days") && /^\d{1,4}$/.test(String(text)));

/** Paths to which a program may write, and what may be written there. */
const allowed: readonly { path: RegExp; fields: readonly string[] }[] = [
  { path: metadataPath, fields: [...mountFields, "custom_metadata"] },
  { path: mountConfigPath, fields: mountFields },
  { path: jwtConfigPath, fields: [...issuerFields, publicKeys] },
];

/** Reasons why a raw write to Vault could carry a value; empty if it cannot. */
export function endpointProblems({
  path,
  dataJson,
}: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof path !== "string" || typeof dataJson !== "string") {
    return ["path and dataJson have to be texts that the program knows"];
  }
  const place = allowed.find((one) => one.path.test(path));
  if (!place)
    return ["path is none of <mount>/metadata/<entry>, <mount>/config, auth/<method>/config"];
  return fieldProblems(dataJson, place.fields);
}

function fieldProblems(dataJson: string, fields: readonly string[]): readonly string[] {
  let data: unknown;
  try {
    data = JSON.parse(dataJson);
  } catch {
    return ["dataJson is no JSON that the program knows"];
  }
  if (typeof data !== "object" || data === null || Array.isArray(data))
    return ["dataJson is no object"];
  return Object.entries(data).flatMap(([field, value]) => {
    if (!fields.includes(field)) return [`dataJson.${field} is none of ${fields.join(", ")}`];
    if (field === "custom_metadata") return customProblems(value);
    if (issuerFields.includes(field)) return issuerProblems(field, value);
    return field === publicKeys ? publicKeyProblems(value) : scalarProblems(field, value);
  });
}

const scalarProblems = (field: string, value: unknown): readonly string[] =>
  typeof value === "number" || typeof value === "boolean" || /^\d+[smhd]?$/.test(String(value))
    ? []
    : [`dataJson.${field} is no number, switch or duration`];

/** An address without a user or a query, in which a credential could stand. */
const issuerProblems = (field: string, value: unknown): readonly string[] =>
  typeof value === "string" && /^https:\/\/[\w.-]+(:\d+)?(\/[\w./-]*)?$/.test(value)
    ? []
    : [`dataJson.${field} is no plain https:// address`];

const publicKeyProblems = (value: unknown): readonly string[] =>
  Array.isArray(value) && value.every(isPublicKey)
    ? []
    : [`dataJson.${publicKeys} is no list of PEM public keys`];

const isPublicKey = (text: unknown): boolean => {
  try {
    return (
      /^-----BEGIN PUBLIC KEY-----/.test(String(text)) && Boolean(createPublicKey(String(text)))
    );
  } catch {
    return false;
  }
};

const customProblems = (value: unknown): readonly string[] =>
  Object.entries(record(value)).flatMap(([name, text]) =>
    isAboutKey(name, text)
      ? []
      : [
          `dataJson.custom_metadata.${name} is neither <key>_rotation (${Object.keys(rotations).join(", ")}) nor <key>_max_age_days (a number)`,
        ],
  );
