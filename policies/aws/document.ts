import { decoded, record } from "../support";

/** A statement of a policy in JSON, with lists wherever IAM takes one text in their place. */
export interface Statement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Each as `kind:name`, such as `AWS:arn:…`; `*` for anybody. */
  readonly principals: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Whether it says what it does not mean: `NotAction`, `NotResource`, `NotPrincipal`. */
  readonly inverted: boolean;
}

const list = (value: unknown): readonly string[] =>
  value === undefined ? [] : [value].flat().map(String);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html; undefined when it cannot be read. */
export function statementsOf(policy: unknown): readonly Statement[] | undefined {
  const found = record(decoded(policy))["Statement"];
  if (found === undefined) return undefined;
  return [found].flat().map((one) => {
    const statement = record(one);
    const principal = statement["Principal"];
    return {
      allows: statement["Effect"] === "Allow",
      actions: list(statement["Action"]),
      resources: list(statement["Resource"]),
      principals:
        typeof principal === "string"
          ? [principal]
          : Object.entries(record(principal)).flatMap(([kind, names]) =>
              list(names).map((name) => (name === "*" ? "*" : `${kind}:${name}`)),
            ),
      conditions: record(statement["Condition"]) as Statement["conditions"],
      inverted: Object.keys(statement).some((name) => name.startsWith("Not")),
    };
  });
}

/** Whether some condition of the statement is on a key, whichever way that is spelt. */
export const conditionOn = ({ conditions }: Statement, key: RegExp): boolean =>
  Object.values(conditions).some((keys) => Object.keys(keys).some((name) => key.test(name)));

/** What a policy whose text is not there yet, or is none, is told. */
export const unreadable = (name: string): string =>
  `${name} cannot be read: it is no policy, or it is not known before the run; fix: compute it from the settings, so that a preview shows it`;
