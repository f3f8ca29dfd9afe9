/** One violation that is accepted for a time. */
export interface Exception {
  /** Name of the rule. */
  readonly rule: string;
  /** The one resource, by its exact URN: no pattern, so that nothing else slips through. */
  readonly urn: string;
  /** Why it is accepted, and what ends it. */
  readonly reason: string;
  /** Last day on which it holds, as YYYY-MM-DD in UTC. */
  readonly expires: string;
}

/** The accepted violations. Empty is the aim. */
export const exceptions: readonly Exception[] = [];

/** The longest that an exception may still have to run, in days. */
export const maxExceptionDays = 90;

const day = 24 * 3600 * 1000;

/** What is wrong with an exception itself; empty if it holds. */
export function exceptionProblems(
  { rule, urn, reason, expires }: Exception,
  rules: readonly string[],
  now: Date,
): readonly string[] {
  const end = /^\d{4}-\d{2}-\d{2}$/.test(expires) ? Date.parse(expires) + day : NaN;
  return [
    ...(rules.includes(rule) ? [] : [`rule: got ${rule}; allowed: ${rules.join(", ")}`]),
    ...(urn.startsWith("urn:pulumi:") && !/[*?]/.test(urn)
      ? []
      : [`urn: got ${urn}; allowed: the exact URN of one resource`]),
    ...(reason.trim().length < 10 ? ["reason: missing; fix: say why and what ends it"] : []),
    ...(Number.isNaN(end) ? [`expires: got ${expires}; allowed: a day as YYYY-MM-DD`] : []),
    ...(end <= now.getTime() ? [`expires: ended on ${expires}; fix: remove the violation`] : []),
    ...(end > now.getTime() + (maxExceptionDays + 1) * day
      ? [`expires: got ${expires}; allowed: at most ${String(maxExceptionDays)} days ahead`]
      : []),
  ];
}

/** Whether a violation of a rule by a resource is accepted. One that is itself wrong accepts nothing. */
export const isExcepted = (
  list: readonly Exception[],
  violation: { readonly rule: string; readonly urn: string },
  now: Date,
): boolean =>
  list.some(
    (one) =>
      one.rule === violation.rule &&
      one.urn === violation.urn &&
      exceptionProblems(one, [violation.rule], now).length === 0,
  );
