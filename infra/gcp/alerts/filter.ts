/**
 * Parts of queries in the Logging query language, each in parentheses where another would take it apart: OR binds more
 * closely than AND there. https://cloud.google.com/logging/docs/view/logging-query-language
 */
export const all = (...parts: readonly string[]): string => parts.join(" AND ");

/** One of some parts. */
export const any = (...parts: readonly string[]): string =>
  parts.length === 1 ? (parts[0] ?? "") : `(${parts.map((part) => `(${part})`).join(" OR ")})`;

/** A text's form in the language is JSON's. */
const text = (value: string): string => JSON.stringify(value);

const oneOf = (values: readonly string[]): string =>
  values.length === 1 ? text(values[0] ?? "") : `(${values.map(text).join(" OR ")})`;

/** Without regard to letter case. */
export const is = (field: string, ...values: readonly string[]): string =>
  `${field}=${oneOf(values)}`;

/** Contains the text. */
export const has = (field: string, ...values: readonly string[]): string =>
  `${field}:${oneOf(values)}`;

/** Some of it is as the pattern says; of a list, some of one. https://github.com/google/re2/wiki/Syntax */
export const like = (field: string, pattern: string): string => `${field}=~${text(pattern)}`;

/** It is there, and is not as the pattern says; of a list, one is not. */
export const unlike = (field: string, pattern: string): string => `${field}!~${text(pattern)}`;

/** It is there. */
export const present = (field: string): string => `${field}:*`;

/** Also of what is not there. */
export const not = (comparison: string): string => `NOT ${comparison}`;

/** A text in a pattern. */
export const literal = (value: string): string =>
  value.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** One of some texts in a pattern. */
export const literals = (values: readonly string[]): string => `(${values.map(literal).join("|")})`;

/** Calls as audit logs name them. https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */
export interface Calls {
  /** Without `.googleapis.com`. */
  readonly service: string;
  /** Ends of the names: how they begin, services do as they like, and versions of an API differ in it. */
  readonly methods: readonly string[];
  readonly where?: readonly string[];
}

/** Those calls, of any version of the service's API. */
export const callsOf = ({ service, methods, where = [] }: Calls): string =>
  all(
    is("protoPayload.serviceName", `${service}.googleapis.com`),
    like("protoPayload.methodName", `(?i)(^|\\.)${literals(methods)}$`),
    ...where,
  );

/** What is in the log of changes, and was done: a long operation's beginning has no status. */
export const changesOf = (log: string, calls: readonly Calls[]): string =>
  all(is("logName", log), not("protoPayload.status.code>0"), any(...calls.map(callsOf)));

/** Names of calls, as a page shows them. */
export const namesOf = (calls: readonly Calls[]): readonly string[] => [
  ...new Set(calls.flatMap(({ methods }) => methods)),
];
