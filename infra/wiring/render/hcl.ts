/**
 * A text in HCL, which expands `${` and `%{` and takes them as they are when doubled.
 * https://developer.hashicorp.com/terraform/language/expressions/strings
 */
export const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);

/** A list of expressions, one to a line, in a block that is indented so far. */
export const list = (expressions: readonly string[], indent: number): string =>
  `[\n${expressions.map((one) => `${" ".repeat(indent + 2)}${one},\n`).join("")}${" ".repeat(indent)}]`;

/** Assignments with their signs under each other, as `terraform fmt` has them. */
export function aligned(values: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  return Object.entries(values)
    .map(([name, value]) => `${name.padEnd(width)} = ${quoted(value)}\n`)
    .join("");
}
