import { unknownValue } from "@pulumi/pulumi/runtime/rpc";

/** Whether this stands for a value that a preview does not know yet. */
export const isUnknown = (value: unknown): boolean => value === unknownValue;

/**
 * The inputs of a resource as they came. A policy's own view of them throws at a value that is not known yet, and
 * the engine makes of that an advice: a preview would then let pass what the rule refuses.
 */
export const raw = (props: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(props)).map(([name, { value }]) => [
      name,
      value,
    ]),
  );

/** A record, or an empty one in its place. */
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};

/** Whether an argument is given: an empty text is how some programs say that it is not. */
export const isSet = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== "" &&
  !(Array.isArray(value) && value.length === 0);

/** Whether this is a list of texts, each of them known. */
export const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string" && !isUnknown(one));

/** Whether something is given at a path, in any element of the lists and maps that the path passes through. */
export function isSetAt(
  value: unknown,
  [step, ...rest]: readonly string[],
  counts: (found: unknown) => boolean = isSet,
): boolean {
  if (Array.isArray(value)) {
    const path = step === undefined ? [] : [step, ...rest];
    return value.some((element) => isSetAt(element, path, counts));
  }
  if (step === undefined) return counts(value);
  const fields = record(value);
  if (Object.hasOwn(fields, step)) return isSetAt(fields[step], rest, counts);
  // The types name the fields of a map's elements, not its keys.
  return Object.values(fields).some(
    (element) => Object.hasOwn(record(element), step) && isSetAt(element, [step, ...rest], counts),
  );
}

/** What a JSON text stands for: provider inputs that are no texts arrive so. Any other text is itself. */
export function decoded(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
