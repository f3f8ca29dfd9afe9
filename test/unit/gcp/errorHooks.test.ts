import * as log from "@pulumi/pulumi/log";
import {
  awaitAccount,
  awaitMetric,
  explainKept,
  explainLocked,
  explainPool,
  explainSecret,
} from "../../../infra/gcp/errorHooks";

// The SDK registers a hook with an engine, which there is none of here.
jest.mock("@pulumi/pulumi", () => ({
  ErrorHook: class {
    constructor(
      readonly name: string,
      readonly callback: unknown,
    ) {}
  },
}));
jest.mock("node:timers/promises", () => ({ setTimeout: jest.fn(() => Promise.resolve()) }));
jest.mock("@pulumi/pulumi/log", () => ({
  info: jest.fn(() => Promise.resolve()),
  error: jest.fn(() => Promise.resolve()),
}));
const told = (level: "info" | "error"): readonly string[] =>
  (log[level] as jest.Mock).mock.calls.map(([text]) => String(text));

type Hook = ReturnType<typeof awaitMetric>;
const ask = (hook: Hook, errors: readonly string[]): Promise<unknown> =>
  Promise.resolve(hook.callback({ errors } as unknown as Parameters<Hook["callback"]>[0]));

/** As Google and its provider say it. */
const texts = {
  metric:
    'Error creating AlertPolicy: googleapi: Error 404: Cannot find metric(s) that match type = "logging.googleapis.com/user/one". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.',
  oldMetric:
    'Error creating AlertPolicy: googleapi: Error 404: Cannot find metric that matches type = "logging.googleapis.com/user/one".',
  account:
    "Error 400: Service account service-604321987655@gcp-sa-logging.iam.gserviceaccount.com does not exist., badRequest",
  exists: "googleapi: Error 409: Sink one already exists, alreadyExists",
  locked: "googleapi: Error 400: Bucket one is locked and its retention cannot be changed.",
  retention:
    "googleapi: Error 403: Cannot reduce retention duration of a locked retention policy for bucket 'one'., forbidden",
  denied: "googleapi: Error 403: Permission denied on resource project one., forbidden",
};
type Text = keyof typeof texts;

beforeEach(() => {
  jest.clearAllMocks();
});

describe.each<[string, Hook, readonly Text[], number, string]>([
  [
    "a new metric",
    awaitMetric("one", "one"),
    ["metric", "oldMetric"],
    72,
    "waiting until Google knows the metric one everywhere: up to 12 minutes",
  ],
  [
    "a new account",
    awaitAccount("one", "Cloud Logging's account"),
    ["account"],
    84,
    "waiting until Google knows Cloud Logging's account everywhere: up to 7 minutes",
  ],
])("%s", (_, hook, meant, most, said) => {
  test("is waited for, and told once", async () => {
    for (const text of meant) {
      jest.clearAllMocks();
      expect(await ask(hook, [texts[text]])).toBe(true);
      expect(await ask(hook, [texts[text], texts[text]])).toBe(true);
      expect(told("info")).toEqual([said]);
    }
  });

  test("not for ever, and not more often than the engine asks", async () => {
    const text = texts[meant[0] ?? "denied"];
    expect(await ask(hook, Array<string>(most).fill(text))).toBe(true);
    expect(await ask(hook, Array<string>(most + 1).fill(text))).toBe(false);
    // The engine asks a hundred times.
    expect(most).toBeLessThan(100);
  });

  test("not when it is another error", async () => {
    for (const [name, text] of Object.entries(texts)) {
      if (meant.some((one) => one === name)) continue;
      expect([name, await ask(hook, [text])]).toEqual([name, false]);
    }
    expect(told("info")).toEqual([]);
  });
});

/** An error that is told fails the whole run, so none is told of what is waited for. */
test.each<[string, Hook, readonly Text[]]>([
  ["a secret that is there", explainSecret("one", "openai-api-key"), ["exists"]],
  ["a part of the audit that is there", explainKept("one", "sink", "gcp.audit.mode"), ["exists"]],
  ["a pool that is there", explainPool("one", "sentinel-prod-4711", "pool"), ["exists"]],
  ["what is locked", explainLocked("one", "gcp.audit.bucket"), ["locked", "retention"]],
])("%s is explained, and nothing else is", async (_, hook, meant) => {
  for (const [name, text] of Object.entries(texts)) {
    jest.clearAllMocks();
    expect(await ask(hook, [text])).toBe(false);
    const times = meant.some((one) => one === name) ? 1 : 0;
    expect([name, told("error").length]).toEqual([name, times]);
  }
});
