import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Lost } from "./program";
import { notChecked } from "./program";

/** A resource of the stack, by the names of those above it. */
export interface Planned {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string | undefined;
  readonly operation: string;
}

/** What a rule said. */
export interface Violation {
  readonly rule: string;
  readonly level: string;
  readonly message: string;
  readonly resource: string | undefined;
}

/** What a rehearsal showed. */
export interface Rehearsal {
  readonly stack: string;
  readonly mode: "preview" | "up";
  readonly ok: boolean;
  readonly resources: readonly Planned[];
  readonly violations: readonly Violation[];
  /** Arguments that would be lost, because an output that they refer to is not there. */
  readonly lost: readonly Lost[];
  readonly errors: readonly string[];
  /** What needs the real thing. */
  readonly notChecked: readonly string[];
  /** What the platforms leave to others. */
  readonly declared: readonly string[];
  /** What the platforms cost in a month, without use. */
  readonly costs: readonly string[];
  /** Resources that a second up would touch; undefined without --up. */
  readonly changedBySecondUp: number | undefined;
  readonly checkpoint: string | undefined;
}

export interface Ending {
  readonly stack: string;
  readonly up: boolean;
  readonly failed: unknown;
  readonly lost: readonly Lost[];
  readonly changedBySecondUp: number | undefined;
  readonly checkpoint: string | undefined;
}

const plain = (text: string): string => text.replaceAll(/<\{%[^%]*%\}>/g, "").trim();

/** Takes the engine's events down. https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/apitype#EngineEvent */
export function collector() {
  const resources = new Map<string, Planned>();
  const violations: Violation[] = [];
  const errors: string[] = [];
  const said: string[] = [];
  return {
    add({ resourcePreEvent, policyEvent, diagnosticEvent }: EngineEvent): void {
      if (resourcePreEvent) {
        const { urn, type, op, new: made } = resourcePreEvent.metadata;
        const parent = made?.parent === "" ? undefined : made?.parent;
        const name = urn.split("::").slice(3).join("::");
        resources.set(urn, { urn, type, name, parent, operation: op });
      }
      if (policyEvent) {
        const { policyName, enforcementLevel, message, resourceUrn } = policyEvent;
        violations.push({
          rule: policyName,
          level: enforcementLevel,
          message: plain(message),
          resource: resourceUrn,
        });
      }
      if (diagnosticEvent && !diagnosticEvent.ephemeral) {
        const text = plain(diagnosticEvent.message);
        if (diagnosticEvent.severity === "error") errors.push(text);
        else said.push(text);
      }
    },
    rehearsal({ stack, up, failed, lost, changedBySecondUp, checkpoint }: Ending): Rehearsal {
      const told = errors.length > 0 || violations.length > 0;
      const reason = failed instanceof Error ? failed.message : "";
      const all = failed === undefined || told ? errors : [reason];
      return {
        stack,
        mode: up ? "up" : "preview",
        // What a rule only advises is a failure as well: a rule that could not run says no more than that.
        ok:
          failed === undefined &&
          violations.length === 0 &&
          lost.length === 0 &&
          (changedBySecondUp ?? 0) === 0,
        resources: [...resources.values()],
        violations,
        lost: [...new Map(lost.map((one) => [JSON.stringify(one), one])).values()],
        errors: [...new Set(all)],
        notChecked: said.filter((text) => text.includes(notChecked)),
        declared: [...new Set(said.filter((text) => / is (partial|absent): /.test(text)))],
        costs: [...new Set(said.filter((text) => / costs about \$/.test(text)))],
        changedBySecondUp,
        checkpoint,
      };
    },
  };
}

/** The report for people: the tree, what the rules say, and what was not looked at. */
export function rehearsalText(rehearsal: Rehearsal): string {
  const { resources, violations, lost, errors, declared, changedBySecondUp } = rehearsal;
  const below = (parent: string | undefined, depth: number): readonly string[] =>
    resources
      .filter((one) => one.parent === parent)
      .flatMap((one) => [
        `${"  ".repeat(depth)}${one.operation.padEnd(8)} ${one.type} ${one.name}`,
        ...below(one.urn, depth + 1),
      ]);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
  return [
    `${rehearsal.stack}: ${rehearsal.mode} of ${String(resources.length)} resources, in a rehearsal`,
    ...below(undefined, 1),
    ...section(
      "Policies:",
      violations.length === 0
        ? ["all passed"]
        : violations.map(({ rule, level, message }) => `${rule} [${level}]: ${message}`),
    ),
    ...section(
      "Arguments that refer to outputs which are not there:",
      lost.map(({ resource, argument }) => `${resource}: ${argument}`),
    ),
    ...section("Errors:", errors),
    ...section("Left to others, or not done:", declared),
    ...section("Costs:", rehearsal.costs),
    ...section("Not checked:", rehearsal.notChecked),
    ...(changedBySecondUp === undefined
      ? []
      : [
          "",
          `A second up changes ${changedBySecondUp === 0 ? "nothing" : String(changedBySecondUp)}.`,
        ]),
    "",
    rehearsal.ok ? "ok" : "failed",
  ].join("\n");
}
