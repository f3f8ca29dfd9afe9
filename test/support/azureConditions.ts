import { matchesAction } from "./azureActions";
import { TokenReader, tokensOf } from "./tokenReader";

/** Attributes by their names, such as `Microsoft.KeyVault/vaults/secrets:name`. One that is not there matches nothing. */
export type Attributes = Readonly<Record<string, string>>;

/** What a condition is asked about. */
export interface Asked {
  readonly action: string;
  readonly request: Attributes;
  readonly resource: Attributes;
}

/** A condition that has been read. */
export type Condition = (asked: Asked) => boolean;

/**
 * A stand-in for Azure's reading of a role assignment's condition: the part of the format that the project uses, as
 * the page describes it. Azure publishes no evaluator of its own.
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 * @throws when it is no condition, or has what this does not know
 */
export function conditionOf(text: string): Condition {
  const reader = new Reader(tokensOf(text, token, "condition"), "condition");
  const condition = reader.expression();
  reader.end();
  return condition;
}

/** Of `{'a', 'b'}`, `'a'` and `{guid, guid}` one token; of an attribute with its source too. */
const token = /\s*(\(|\)|!|[A-Za-z]+(?::[A-Za-z]+)?|@[A-Za-z]+\[[^\]]+\]|\{[^}]*\}|'[^']*')/gy;

type Compare = (value: string, wanted: string) => boolean;

/** Comparisons that the project uses, and the values that each takes. */
const comparisons: Readonly<Record<string, readonly [value: RegExp, compare: Compare]>> = {
  StringEquals: [/^'([^']*)'$/, (value, wanted) => value === wanted],
  "ForAnyOfAnyValues:StringEquals": [/^'([^']*)'$/, (value, wanted) => value === wanted],
  "ForAnyOfAnyValues:GuidEquals": [
    /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i,
    (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  ],
};

class Reader extends TokenReader {
  /** Terms joined by one operator: of two different ones, parentheses have to say which comes first. */
  expression(): Condition {
    const terms = [this.term()];
    const joint = this.peek();
    if (joint !== "AND" && joint !== "OR") return terms[0] as Condition;
    while (this.take(joint)) terms.push(this.term());
    return joint === "AND"
      ? (asked) => terms.every((term) => term(asked))
      : (asked) => terms.some((term) => term(asked));
  }

  private term(): Condition {
    if (this.take("!") || this.take("NOT")) {
      const negated = this.term();
      return (asked) => !negated(asked);
    }
    if (this.take("(")) {
      const inside = this.expression();
      this.expect(")");
      return inside;
    }
    if (this.take("ActionMatches")) {
      const [action = "", ...more] = valuesOf(this.next(), /^'([^']*)'$/);
      if (more.length > 0) throw new Error("condition: ActionMatches takes one action");
      return (asked) => matchesAction(action, asked.action);
    }
    return this.comparison();
  }

  private comparison(): Condition {
    const [, source, attribute = ""] = /^@(Request|Resource)\[(.+)\]$/.exec(this.next()) ?? [];
    const operator = this.next();
    const known = comparisons[operator];
    if (source === undefined || !known) {
      throw new Error(`condition: not known here: ${this.tokens.slice(this.at - 2).join(" ")}`);
    }
    const [form, compare] = known;
    const wanted = valuesOf(this.next(), form);
    return (asked) => {
      const value = (source === "Request" ? asked.request : asked.resource)[attribute];
      // https://learn.microsoft.com/azure/key-vault/general/rbac-abac#read-secret-metadata
      return value !== undefined && wanted.some((one) => compare(value, one));
    };
  }
}

/** The values of `'a'`, `{'a', 'b'}` or `{guid, guid}`. */
function valuesOf(text: string, form: RegExp): readonly string[] {
  const listed = text.startsWith("{") ? text.slice(1, -1).split(",") : [text];
  return listed.map((one) => {
    const value = form.exec(one.trim())?.[1];
    if (value === undefined) throw new Error(`condition: no value of this operator: ${text}`);
    return value;
  });
}
