import type { ResourceValidation } from "@pulumi/policy";
import { tokenPackage } from "../infra/tokens";
import { raw, record } from "./support";

/** A resource as a rule saw it. */
export interface Seen {
  readonly type: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Properties of what is adopted that are left as their owner has them. */
  readonly ignored: readonly string[];
}

/**
 * What holds in prod alone.
 *
 * Only a component says which stage it is, and only before it is made: the engine shows a whole stack with the
 * outputs of components instead. So the rule keeps what it saw, for as long as the engine keeps the pack: one run. The
 * first component of prod then brings up all that came before it, before that component has any child.
 */
export function inProd(problems: (resource: Seen) => readonly string[]): ResourceValidation {
  const earlier: Seen[] = [];
  let prod = false;
  return ({ type, urn, props, opts }, report) => {
    const resource = { type, urn, props: raw(props), ignored: opts.ignoreChanges };
    prod ||= isProd(resource);
    if (problems(resource).length > 0) earlier.push(resource);
    if (!prod) return;
    for (const one of earlier.splice(0)) {
      // The engine prints the resource at hand, so the text names the one that is meant.
      for (const problem of problems(one))
        report(`${one.type} ${nameOf(one)}: ${problem}`, one.urn);
    }
  };
}

/** `urn:pulumi:<stack>::<project>::<type>::<name>` */
const nameOf = ({ urn }: Seen): string => urn.split("::").slice(3).join("::");

/** One component of ours that says prod makes its whole stack prod. */
const isProd = ({ type, props }: Seen): boolean =>
  type.startsWith(`${tokenPackage}:`) && record(props["environment"])["stage"] === "prod";
