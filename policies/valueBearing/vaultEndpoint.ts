import type { KeyRotation } from "../../infra/catalog";
import { record } from "../support";

/** The one raw resource that is needed: Vault's metadata of an entry has no resource of its own. */
export const endpointType = "vault:generic/endpoint:Endpoint";

/** `<mount>/metadata/<entry>` of KV version 2. https://openbao.org/api-docs/secret/kv/kv-v2/ */
const metadataPath = /^(?!(sys|auth|identity)\/)[\w-]+(\/[\w-]+)*\/metadata\/[\w-]+(\/[\w-]+)*$/;

/** Settings of a KV version 2 mount. */
const mountConfigPath = /^(?!(sys|auth|identity)\/)[\w-]+(\/[\w-]+)*\/config$/;

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
  if (!place) return ["path is neither <mount>/metadata/<entry> nor <mount>/config"];
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
    return field === "custom_metadata" ? customProblems(value) : scalarProblems(field, value);
  });
}

const scalarProblems = (field: string, value: unknown): readonly string[] =>
  typeof value === "number" || typeof value === "boolean" || /^\d+[smhd]?$/.test(String(value))
    ? []
    : [`dataJson.${field} is no number, switch or duration`];

const customProblems = (value: unknown): readonly string[] =>
  Object.entries(record(value)).flatMap(([name, text]) =>
    isAboutKey(name, text)
      ? []
      : [
          `dataJson.custom_metadata.${name} is neither <key>_rotation (${Object.keys(rotations).join(", ")}) nor <key>_max_age_days (a number)`,
        ],
  );
