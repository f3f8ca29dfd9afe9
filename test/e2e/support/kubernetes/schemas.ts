import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type AnySchemaObject } from "ajv";
import type { Manifest } from "./client";
import { findModuleFiles } from "../goTools/moduleFiles";

/** What a schema finds wrong with a manifest. Empty when it is valid. */
export type Validator = (manifest: Manifest) => readonly string[];
export type FoundValidator = { readonly validate: Validator } | { readonly missing: string };

const folder = "api/openapi-spec/v3";
const kubernetes = "k8s.io/kubernetes";

/**
 * The OpenAPI documents of the minor versions that get patches in November 2026, by
 * https://kubernetes.io/releases/patch-releases/#support-period: 1.35 until February 2027. Apache-2.0.
 */
export const supported = {
  "1.35": {
    module: kubernetes,
    version: "1.35.4",
    sum: "h1:o/8dBC/pHVpYoGV4OAIytAlNPZbdYVTXJHoYvXC4qzM=",
    folder,
  },
  "1.36": {
    module: kubernetes,
    version: "1.36.3",
    sum: "h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=",
    folder,
  },
  "1.37": {
    module: kubernetes,
    version: "1.37.2",
    sum: "h1:A2VDEiObzkYqFTKhSsn0ZEb0RlLEXpHWj93gi2HqEwE=",
    folder,
  },
} as const;

/** The schemas of a version's own kinds. A field that they do not have is an error. */
export function findKubernetesSchemas(minor: keyof typeof supported): FoundValidator {
  const found = findModuleFiles(supported[minor]);
  if ("missing" in found) return found;
  const ajv = lenient();
  const read = new Map<string, Schemas>();
  const validate: Validator = (manifest) => {
    const file = fileOf(manifest.apiVersion);
    if (!existsSync(join(found.folder, file))) return [`no API ${manifest.apiVersion}`];
    const schemas = read.get(file) ?? schemasOf(join(found.folder, file));
    if (!read.has(file)) {
      read.set(file, schemas);
      ajv.addSchema({ components: { schemas } }, file);
    }
    const name = nameOf(schemas, manifest);
    if (name === undefined) return [`no ${manifest.kind} in ${manifest.apiVersion}`];
    return errorsOf(ajv, { $ref: `${file}#/components/schemas/${name}` }, manifest);
  };
  return { validate };
}

/** The schemas of custom resources. Rules in CEL are beyond it: those an API server checks. */
export function customSchemas(definitions: readonly Manifest[]): Validator {
  const ajv = lenient();
  const schemas = new Map<string, AnySchemaObject>();
  for (const { spec } of definitions as readonly Definition[]) {
    for (const { name, served, schema } of spec.versions) {
      const key = `${spec.group}/${name} ${spec.names.kind}`;
      if (served) schemas.set(key, envelope(closed(schema.openAPIV3Schema)));
    }
  }
  return (manifest) => {
    const schema = schemas.get(`${manifest.apiVersion} ${manifest.kind}`);
    if (!schema) return [`no ${manifest.kind} in ${manifest.apiVersion}`];
    return errorsOf(ajv, schema, manifest);
  };
}

type Definition = Manifest & {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: AnySchemaObject };
    }[];
  };
};

/**
 * Patterns are Go's, whose `(?i)` JavaScript has as a flag alone. Where it stands, at the start, it is for the whole
 * pattern: https://pkg.go.dev/regexp/syntax
 */
const goRegExp = (pattern: string): RegExp =>
  new RegExp(pattern.replace("(?i)", ""), pattern.includes("(?i)") ? "i" : "");
goRegExp.code = "goRegExp";

/** OpenAPI has keywords and formats of its own. */
const lenient = (): Ajv =>
  new Ajv({ allErrors: true, strict: false, validateFormats: false, code: { regExp: goRegExp } });

function errorsOf(ajv: Ajv, schema: AnySchemaObject, manifest: Manifest): readonly string[] {
  const validate = ajv.compile(schema);
  if (validate(manifest)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
  );
}

const fileOf = (apiVersion: string): string =>
  `${apiVersion.includes("/") ? "apis" : "api"}__${apiVersion.replace("/", "__")}_openapi.json`;

type Schemas = Readonly<Record<string, AnySchemaObject>>;

function schemasOf(file: string): Schemas {
  const document = JSON.parse(readFileSync(file, "utf8")) as { components: { schemas: Schemas } };
  return closed(document.components.schemas);
}

function nameOf(schemas: Schemas, { apiVersion, kind }: Manifest): string | undefined {
  return Object.keys(schemas).find((name) => {
    const kinds = (schemas[name]?.["x-kubernetes-group-version-kind"] ?? []) as GroupVersionKind[];
    return kinds.some(
      (one) =>
        [one.group, one.version].filter(Boolean).join("/") === apiVersion && one.kind === kind,
    );
  });
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The same with objects that have no fields but those that are named, as `kubectl --validate=strict` takes them. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value as unknown)]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  const open = "additionalProperties" in schema || "x-kubernetes-preserve-unknown-fields" in schema;
  // A field may be named so, too: then its value is a schema, and not a list of types' names.
  if (copy["type"] === "object" && isFields(copy["properties"]) && !open) {
    copy["additionalProperties"] = false;
  }
  return copy as T;
}

const isFields = (value: unknown): boolean => typeof value === "object" && value !== null;

/** What every object has, and a definition leaves out. */
const envelope = (schema: AnySchemaObject): AnySchemaObject => ({
  ...schema,
  properties: {
    ...(schema["properties"] as object),
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { type: "object" },
  },
});
