import type { Comparison, Query } from "../../support/loggingFilter";

/** A query with one thing of it dropped or widened. */
export type Mutant = readonly [name: string, query: Query];

/** How every method's pattern begins and ends: service and name before it say the rest. */
const fixed = "(?i)(^|\\.)";

/** Each part left out, each value and each alternative of a pattern taken away, and each pattern's ends left open. */
export function mutants(query: Query): readonly Mutant[] {
  switch (query.kind) {
    case "comparison":
      return comparisons(query);
    case "not":
      return mutants(query.part).map(([name, part]) => [name, { kind: "not", part }]);
    default: {
      const { kind, parts } = query;
      return parts.flatMap((part, at): readonly Mutant[] => [
        [`without ${shown(part)}`, { kind, parts: parts.filter((_, other) => other !== at) }],
        ...mutants(part).map(([name, other]): Mutant => [
          name,
          { kind, parts: parts.map((one, index) => (index === at ? other : one)) },
        ]),
      ]);
    }
  }
}

function comparisons(one: Comparison): readonly Mutant[] {
  const { path, operator, value = "" } = one;
  if (!operator.endsWith("~")) return [];
  const at = `${path.join(".")}${operator}`;
  const of = (how: string, pattern: string): Mutant => [`${at} ${how}`, { ...one, value: pattern }];
  const start = value.startsWith(fixed) ? fixed.length : 0;
  const rest = value.slice(start);
  const alternatives = [...rest.matchAll(/\(([^()]*\|[^()]*)\)/g)].flatMap((match) => {
    const [group, inside = ""] = match;
    const all = inside.split("|");
    return all.map((taken, index) => {
      const left = all.filter((_, other) => other !== index).join("|");
      const before = rest.slice(0, match.index);
      const pattern = `${before}(${left})${rest.slice(match.index + group.length)}`;
      return of(`without ${taken}`, value.slice(0, start) + pattern);
    });
  });
  const open = start === 0 && value.startsWith("^") ? [of("open before", value.slice(1))] : [];
  const end = /(\(\/\|\$\)|\$)$/.exec(value)?.[0];
  const wide =
    start === 0 && end !== undefined ? [of("open behind", value.slice(0, -end.length))] : [];
  return [...alternatives, ...open, ...wide];
}

function shown(query: Query): string {
  if (query.kind === "comparison") {
    return `${query.path.join(".")}${query.operator}${query.value ?? "*"}`;
  }
  if (query.kind === "not") return `NOT ${shown(query.part)}`;
  return `(${query.parts.map(shown).join(` ${query.kind.toUpperCase()} `)})`;
}
