type Schema = Readonly<Record<string, unknown>>;

/**
 * A schema that Google's description of an API has, as JSON Schema: references by pointers, and no member that it does
 * not describe. What is required stands in its texts alone. https://developers.google.com/discovery/v1/type-format
 */
export function schemaIn(
  { schemas }: { readonly schemas: Readonly<Record<string, Schema>> },
  name: string,
): Schema {
  return { $ref: `#/$defs/${name}`, $defs: mapped(schemas, strict) };
}

/** Texts of its own kinds are texts here. */
function strict({
  $ref,
  type,
  properties,
  additionalProperties,
  items,
  enum: values,
}: Schema): Schema {
  if (typeof $ref === "string") return { $ref: `#/$defs/${$ref}` };
  return {
    ...(type !== "any" && { type }),
    ...(Array.isArray(values) && { enum: values as unknown }),
    ...(items !== undefined && { items: strict(items as Schema) }),
    ...(properties !== undefined && {
      properties: mapped(properties as Record<string, Schema>, strict),
    }),
    ...(type === "object" && {
      additionalProperties:
        additionalProperties === undefined ? false : strict(additionalProperties as Schema),
    }),
  };
}

const mapped = (
  all: Readonly<Record<string, Schema>>,
  change: (one: Schema) => Schema,
): Record<string, Schema> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]));
