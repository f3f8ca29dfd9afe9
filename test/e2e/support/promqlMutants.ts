import type { AlertRule } from "./promtool";

/** A rule with one thing of it otherwise. */
export type Mutant = readonly [name: string, rule: AlertRule];

type Change = readonly [name: string, expr: string];

/** Each comparison, threshold, matcher, metric, window, function and operand of its expression, and its `for`. */
export function mutants(rule: AlertRule): readonly Mutant[] {
  const { expr } = rule;
  const changes = [
    ...comparisons(expr),
    ...matchers(expr),
    ...metrics(expr),
    ...durations(expr),
    ...functions(expr),
    ...operands(expr),
  ];
  return [
    ...changes.map(([name, other]): Mutant => [name, { ...rule, expr: other }]),
    ...around(rule.for, 1).map((other): Mutant => [
      `for ${rule.for} → ${other}`,
      { ...rule, for: other },
    ]),
  ];
}

const operators = ["==", "!=", ">=", "<=", ">", "<"];

/** Each match in place of which something else stands. */
const each = (
  expr: string,
  pattern: RegExp,
  others: (match: RegExpExecArray) => readonly (readonly [how: string, text: string])[],
): readonly Change[] =>
  [...expr.matchAll(pattern)].flatMap((match) =>
    others(match).map(([how, text]): Change => [
      `${how}${inside(expr, match.index)}: ${match[0].trim()} → ${text.trim()}`,
      expr.slice(0, match.index) + text + expr.slice(match.index + match[0].length),
    ]),
  );

/** The function around a place, and which of its calls that is; or what ends before it. */
function inside(expr: string, index: number): string {
  const before = expr.slice(0, index);
  const name = /([a-z_]+)\([^()]*$/.exec(before)?.[1];
  if (name === undefined) return ` after ${before.slice(-8)}`;
  return ` in ${name} ${String(before.split(`${name}(`).length - 1)}`;
}

const comparisons = (expr: string): readonly Change[] =>
  each(expr, / (==|!=|>=|<=|>|<) (\d+)/g, ([, operator, threshold]) => [
    ...operators
      .filter((one) => one !== operator)
      .map((one) => ["comparison", ` ${one} ${String(threshold)}`] as const),
    ...[-1, 1].map(
      (by) => ["threshold", ` ${String(operator)} ${String(Number(threshold) + by)}`] as const,
    ),
  ]);

const negated: Readonly<Record<string, string>> = { "=": "!=", "=~": "!~" };

const matchers = (expr: string): readonly Change[] =>
  each(
    expr,
    /([a-z_]+)(=~|=)"([^"]*)"(,?)/g,
    ([, label = "", operator = "", value = "", comma]) => {
      const of = (how: string, text: string) => [how, text + String(comma)] as const;
      const all = value.split("|");
      return [
        ["dropped matcher", ""],
        of("negated matcher", `${label}${String(negated[operator])}"${value}"`),
        of("other value", `${label}${operator}"${value}-other"`),
        ...(value === "" || operator === "=~"
          ? []
          : [
              of("open behind", `${label}=~"${value}.*"`),
              of("open before", `${label}=~".*${value}"`),
            ]),
        ...(operator === "=~"
          ? [
              of("open behind", `${label}=~"(${value}).*"`),
              of("open before", `${label}=~".*(${value})"`),
              ...all.map((one) =>
                of("one less", `${label}=~"${all.filter((left) => left !== one).join("|")}"`),
              ),
            ]
          : []),
      ];
    },
  );

const metrics = (expr: string): readonly Change[] =>
  each(expr, /\b(externalsecret|apiserver)_[a-z_]+/g, ([name]) => [["metric", `${name}_other`]]);

const durations = (expr: string): readonly Change[] => [
  ...each(expr, /\b\d+m\b/g, ([duration]) =>
    around(duration, 2).map((other) => ["duration", other] as const),
  ),
  ...each(expr, / offset \d+m/g, () => [["offset", ""]]),
];

const otherFunctions: Readonly<Record<string, readonly string[]>> = {
  increase: ["delta", "resets"],
  last_over_time: ["absent_over_time"],
  absent: ["count"],
  count: ["absent"],
  max: ["min"],
  sum: ["min"],
};

const functions = (expr: string): readonly Change[] => [
  ...each(expr, /\b([a-z_]+)(?= ?\(| by )/g, ([, name = ""]) =>
    (otherFunctions[name] ?? []).map((other) => ["function", other] as const),
  ),
  ...each(expr, / by \([a-z]+\)/g, () => [["grouping", ""]]),
];

/** Each side of an `or` and of an `unless` alone, in each pair of parentheses. */
function operands(expr: string): readonly Change[] {
  return scopes(expr).flatMap(([from, to]) =>
    [" or ", " unless "].flatMap((operator) => {
      const at = topLevel(expr, from, to, operator);
      const ends = [from, ...at.map((one) => one + operator.length)];
      const parts = ends.map((start, index) => expr.slice(start, at[index] ?? to));
      return parts.length === 1
        ? []
        : parts.map((part, index): Change => {
            const left = parts.filter((_, other) => other !== index).join(operator);
            return [
              `operand of${operator}: without ${part}`,
              expr.slice(0, from) + left + expr.slice(to),
            ];
          });
    }),
  );
}

/** Where each pair of parentheses begins and ends, and the whole. */
function scopes(expr: string): readonly (readonly [number, number])[] {
  const open: number[] = [];
  const found: (readonly [number, number])[] = [[0, expr.length]];
  for (const [index, one] of Array.from(expr).entries()) {
    if (one === "(") open.push(index + 1);
    if (one === ")") found.push([open.pop() ?? 0, index]);
  }
  return found;
}

function topLevel(expr: string, from: number, to: number, text: string): readonly number[] {
  let depth = 0;
  return Array.from(expr.slice(from, to)).flatMap((one, index) => {
    if ("({[".includes(one)) depth += 1;
    if (")}]".includes(one)) depth -= 1;
    return depth === 0 && expr.startsWith(text, from + index) ? [from + index] : [];
  });
}

/** A duration a little shorter, which none is at 0, and a little longer. */
const around = (duration: string, by: number): readonly string[] =>
  [-by, by]
    .map((one) => Number.parseInt(duration, 10) + one)
    .filter((one) => one >= 0)
    .map((one) => `${String(one)}m`);
