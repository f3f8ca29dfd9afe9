import { z } from "zod";
import { catalog } from "../../infra/catalog";
import { stackSchema } from "../../infra/config";
import { platforms } from "../../stacks/platforms";

/** What is used of JSON schema here. https://json-schema.org/draft/2020-12 */
interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly format?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number | boolean | object;
  readonly description?: string;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Row {
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** A table of every setting: from the schema that checks them. */
export function configReference(): string {
  const schema = z.toJSONSchema(stackSchema(platforms, catalog), {
    io: "input",
    unrepresentable: "any",
  }) as Schema;
  const rows = below("", schema);
  return [
    "| Setting | Allowed | Default | Meaning |",
    "| --- | --- | --- | --- |",
    ...rows.map(
      ({ path, schema: one, required }) =>
        `| \`${path}\` | ${allowed(one)} | ${required ? "required" : defaultOf(one)} | ${one.description ?? ""} |`,
    ),
  ].join("\n");
}

/** The settings at and below a path; a map's names are shown as `<name>`, the forms of a choice one after another. */
function below(path: string, schema: Schema, required = false): readonly Row[] {
  const inner = grouped(schema.properties ?? {}).flatMap(([names, one]) =>
    below(
      [path, names.length > 1 ? `{${names.join(",")}}` : names[0]].filter(Boolean).join("."),
      one,
      names.some((name) => schema.required?.includes(name)),
    ),
  );
  const forms = (schema.oneOf ?? []).flatMap((one) => below(path, one));
  const any = schema.additionalProperties;
  const named = typeof any === "object" && any.oneOf ? below(`${path}.<name>`, any) : [];
  const all = [...inner, ...forms, ...named];
  return all.length > 0 ? distinct(all) : [{ path, schema, required }];
}

/** Sections of the same settings stand in one row each. */
function grouped(
  properties: Readonly<Record<string, Schema>>,
): readonly (readonly [names: readonly string[], schema: Schema])[] {
  const groups = new Map<string, { names: string[]; schema: Schema }>();
  for (const [name, schema] of Object.entries(properties)) {
    const settings = JSON.stringify(schema.properties ?? name);
    const group = groups.get(settings) ?? { names: [], schema };
    group.names.push(name);
    groups.set(settings, group);
  }
  return [...groups.values()].map(({ names, schema }) => [names, schema]);
}

/** Forms of a choice share settings. */
const distinct = (rows: readonly Row[]): readonly Row[] => [
  ...new Map(rows.map((row) => [`${row.path} ${allowed(row.schema)}`, row])).values(),
];

function allowed(schema: Schema): string {
  // A form that JSON schema has no word for names itself.
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum.join(", ");
  if (schema.anyOf) return [...new Set(schema.anyOf.map(allowed))].join(" or ");
  if (schema.type === "array") return `list of ${allowed(schema.items ?? {})}`;
  if (schema.type === "integer") {
    return `${String(schema.minimum ?? "")} to ${String(schema.maximum ?? "")}`;
  }
  if (schema.type === "boolean") return "true, false";
  if (schema.type === "object") {
    const value = schema.additionalProperties;
    return `map to ${allowed(typeof value === "object" ? value : {})}`;
  }
  return schema.format === "starts_with" ? "text" : (schema.format ?? "text");
}

function defaultOf({ default: value }: Schema): string {
  if (value === undefined) return "";
  return typeof value === "object" ? "empty" : value.toString();
}
