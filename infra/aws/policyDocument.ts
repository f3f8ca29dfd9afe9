/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export type Principal =
  "*" | Readonly<Partial<Record<"AWS" | "Service" | "Federated", string | readonly string[]>>>;

/** Operator, key and values. */
export type Condition = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
>;

/** One statement. Everything in it is known before anything is created, so that a preview shows it and policies read it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Principal;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Condition;
}

/** A policy in JSON, in the order given: the text is an input of a resource, so it must not move by itself. */
export const policyDocument = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** A statement that allows. */
export const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Condition,
): Statement => ({ Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) });
