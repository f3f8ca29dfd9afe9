import jsonata from "jsonata";
import { max } from "../../fixtures/aws";
import { named } from "../../support/mocks";
import { recordedUp } from "../support/recordedUp";

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Output?: unknown;
  readonly Items?: readonly unknown[];
  readonly ItemProcessor?: Machine;
  readonly Next?: string;
}
interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}
/** It comes without types. */
const aslValidator =
  jest.requireActual<
    (machine: unknown) => { readonly isValid: boolean; readonly errors: readonly unknown[] }
  >("asl-validator");

type Call = readonly [resource: string, argument: unknown];

/** `{% … %}` in a text, by JSONata itself, wherever it stands. */
async function filledIn(value: unknown, states: object): Promise<unknown> {
  if (typeof value === "string") {
    const expression = /^\{%(.*)%\}$/s.exec(value)?.[1];
    return expression === undefined ? value : jsonata(expression).evaluate({}, { states });
  }
  if (Array.isArray(value)) return Promise.all(value.map((one) => filledIn(one, states)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    async ([name, one]) => [name, await filledIn(one, states)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * A stand-in for Step Functions, for tasks and inline maps: the order of states and what each hands on, as the
 * specification says (https://states-language.net/); expressions are JSONata's own. What a task calls, the test answers.
 */
async function run(
  machine: Machine,
  input: unknown,
  answer: (...call: Call) => unknown,
): Promise<unknown> {
  let value = input;
  for (let name: string | undefined = machine.StartAt; name !== undefined;) {
    const state: State | undefined = machine.States[name];
    if (!state) throw new Error(`no state ${name}`);
    if (state.Type === "Map" && state.ItemProcessor) {
      const results: unknown[] = [];
      for (const item of state.Items ?? []) {
        results.push(await run(state.ItemProcessor, item, answer));
      }
      value = results;
    } else {
      const states = { input: value };
      const argument = await filledIn(state.Arguments, states);
      const result = answer(state.Resource ?? "", argument);
      value =
        state.Output === undefined
          ? result
          : await filledIn(state.Output, { input: value, result });
    }
    name = state.Next;
  }
  return value;
}

const days = (count: number): string => new Date(Date.now() - count * 86_400_000).toISOString();
/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html */
const versions = (current?: string, former = days(900)) => ({
  Versions: [
    { VersionId: "0", VersionStages: ["AWSPREVIOUS"], CreatedDate: former },
    ...(current === undefined
      ? []
      : [{ VersionId: "1", VersionStages: ["AWSCURRENT"], CreatedDate: current }]),
  ],
});

describe("the check of ages, as the engine recorded it", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = JSON.parse(
      String(named(await recordedUp(max), "aws-alerts-ages").inputs["definition"]),
    ) as Machine;
  });

  test("is in the states language", () => {
    expect(aslValidator(machine)).toMatchObject({ isValid: true, errors: [] });
  });

  /** What the check reports, when each secret's versions are these. */
  async function reported(of: Readonly<Record<string, unknown>>): Promise<unknown> {
    const calls: Call[] = [];
    await run(machine, {}, (...call) => {
      calls.push(call);
      const { SecretId } = call[1] as { SecretId?: string };
      return SecretId === undefined ? {} : (of[SecretId] ?? versions(days(0)));
    });
    const asked = calls.filter(([resource]) => resource.endsWith(":listSecretVersionIds"));
    // The ids of what may never rotate are not among them.
    expect(asked.map(([, argument]) => argument)).toEqual(
      ["api-keys", "snyk", "cache"].map((name) => ({ SecretId: `promptsentinel/${name}` })),
    );
    const [resource, argument] = calls.at(-1) ?? [];
    expect(resource).toBe("arn:aws:states:::aws-sdk:cloudwatch:putMetricData");
    return argument;
  }
  const metric = (Value: number) => ({
    Namespace: "promptsentinel-prod-alerts",
    MetricData: [{ MetricName: "stale-keys", Unit: "Count", Value }],
  });

  test.each([
    ["all are new", {}, 0],
    ["a day before the limit", { "promptsentinel/cache": versions(days(29)) }, 0],
    ["a day after it", { "promptsentinel/cache": versions(days(31)) }, 1],
    // The JSON's limit is that of the key that has the least: anthropic's sixty days.
    ["the least of a JSON's keys counts", { "promptsentinel/api-keys": versions(days(61)) }, 1],
    ["not yet", { "promptsentinel/api-keys": versions(days(59)) }, 0],
    ["only the current version counts", { "promptsentinel/cache": versions(days(1)) }, 0],
    ["what has no value is not old", { "promptsentinel/cache": versions() }, 0],
    [
      "two of them",
      { "promptsentinel/cache": versions(days(31)), "promptsentinel/snyk": versions(days(400)) },
      2,
    ],
  ])("%s", async (_, of, count) => {
    expect(await reported(of)).toEqual(metric(count));
  });
});
