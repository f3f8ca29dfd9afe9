import { rules } from "../../policies/rules";
import type { Rule } from "../../policies/rules/rule";
import { changed } from "../fixtures/changed";
import { named, type Recorded } from "../support/mocks";
import { check, type Resource } from "./check";

type Props = Readonly<Record<string, unknown>>;
/** What of a compliant resource is changed. */
export type Change = (props: Props) => Props;

export const set =
  (path: string, value: unknown): Change =>
  (props) =>
    changed(props, path, value);

export function rule(name: string): Rule {
  const found = rules().find((one) => one.name === name);
  if (!found) throw new Error(`no rule ${name}`);
  return found;
}

/** A resource as the engine gives it to a policy. */
export const shown = ({ type, name, inputs, ignoreChanges }: Recorded): Resource => ({
  type,
  name,
  props: inputs,
  ignoreChanges,
});

/** What a rule reports of the whole stack with one resource changed; without the change it reports nothing. */
export async function reportedOf(
  name: string,
  made: readonly Recorded[],
  resource: string,
  change: Change,
): Promise<string> {
  const found = named(made, resource);
  expect(await check(rule(name), made.map(shown))).toEqual([]);
  const stack = made.map((one) =>
    one === found ? { ...shown(one), props: change(one.inputs) } : shown(one),
  );
  return (await check(rule(name), stack)).join("\n");
}
