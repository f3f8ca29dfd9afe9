import { Environment, type ASTNode } from "@marcbachmann/cel-js";

/** An expression that has been read. It throws where evaluating it is an error. */
export type Expression = (context: Readonly<Record<string, unknown>>) => unknown;

/** Functions that the project uses, each of which both pages have; another one is an error here. */
const functions = ["contains", "startsWith", "endsWith", "extract", "timestamp", "has"];

/**
 * Reads an expression of the Common Expression Language, as conditions of IAM and of identity pools are written in. The
 * language is the library's; what of it Google has is said in the pages.
 * https://cloud.google.com/iam/docs/conditions-attribute-reference
 * https://cloud.google.com/iam/docs/workload-identity-federation#conditions
 * @param variables what it may speak of
 * @throws when it is no expression, speaks of something else, or calls what is not known here
 */
export function expressionOf(text: string, variables: readonly string[]): Expression {
  const environment = new Environment({ unlistedVariablesAreDyn: false }).registerFunction(
    "string.extract(string): string",
    extract,
  );
  for (const name of variables) environment.registerVariable(own(name), "map");
  const parsed = environment.parse(withOwnNames(text, environment));
  const { valid, error } = parsed.check();
  if (!valid) throw new Error(`expression ${text}: ${error?.message ?? "is none"}`);
  for (const { op, args } of nodesIn(parsed.ast)) {
    if ((op === "call" || op === "rcall") && !functions.includes(args[0])) {
      throw new Error(`expression ${text}: ${args[0]} is not known here`);
    }
  }
  return (context) => {
    const named = Object.entries(context).map(([name, value]) => [own(name), value] as const);
    return parsed(Object.fromEntries<unknown>(named)) as unknown;
  };
}

/** The library has a `google` of its own, so variables have other names with it. */
const own = (name: string): string => `${name}_`;

/** An expression with the library's names of its variables. */
function withOwnNames(text: string, environment: Environment): string {
  const ids = nodesIn(environment.parse(text).ast).filter(({ op }) => op === "id");
  const fromTheEnd = ids.sort((a, b) => b.start - a.start);
  return fromTheEnd.reduce(
    (all, { start, end }) => all.slice(0, start) + own(all.slice(start, end)) + all.slice(end),
    text,
  );
}

function nodesIn(node: unknown): ASTNode[] {
  if (Array.isArray(node)) return node.flatMap(nodesIn);
  if (typeof node !== "object" || node === null || !("op" in node)) return [];
  const one = node as ASTNode;
  return [one, ...nodesIn(one.args)];
}

/**
 * The part of a text that stands where a template has `{name}`; nothing where the template does not match.
 * https://cloud.google.com/iam/docs/conditions-attribute-reference#extract
 */
export function extract(text: string, template: string): string {
  const [, before, after] = /^([^{}]*)\{[^{}]+\}([^{}]*)$/.exec(template) ?? [];
  if (before === undefined || after === undefined) {
    throw new Error(`extract: ${template} needs one {name}`);
  }
  const start = text.indexOf(before);
  if (start < 0) return "";
  const rest = text.slice(start + before.length);
  const end = after === "" ? rest.length : rest.indexOf(after);
  return end < 0 ? "" : rest.slice(0, end);
}
