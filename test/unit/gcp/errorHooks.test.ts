import type { ErrorHook } from "@pulumi/pulumi";
import {
  awaitAccount,
  awaitAgent,
  awaitGrants,
  awaitMetric,
  awaitService,
  explainGke,
  explainKept,
  explainLocked,
  explainPerimeter,
  explainPool,
  explainSecret,
} from "../../../infra/gcp/errorHooks";
import { ask, told } from "../../fixtures/hooks";

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

/** As Google and its provider say it. */
const texts = {
  metric:
    'Error creating AlertPolicy: googleapi: Error 404: Cannot find metric(s) that match type = "logging.googleapis.com/user/one". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.',
  oldMetric:
    'Error creating AlertPolicy: googleapi: Error 404: Cannot find metric that matches type = "logging.googleapis.com/user/one".',
  unknownMetric:
    "Error creating AlertPolicy: googleapi: Error 404: The metric referenced by the provided filter is unknown. Check the metric name and labels.",
  account:
    "Error 400: Service account service-604321987655@gcp-sa-logging.iam.gserviceaccount.com does not exist., badRequest",
  exists: "googleapi: Error 409: Sink one already exists, alreadyExists",
  locked: "googleapi: Error 400: Bucket one is locked and its retention cannot be changed.",
  retention:
    "googleapi: Error 403: Cannot reduce retention duration of a locked retention policy for bucket 'one'., forbidden",
  unlock: "googleapi: Error 400: The bucket is not in a state to unlock it., badRequest",
  blocked: "googleapi: Error 403: The request is blocked by an organization policy., forbidden",
  service:
    "googleapi: Error 403: Cloud Key Management Service (KMS) API has not been used in project 604321987655 before or it is disabled., SERVICE_DISABLED",
  identity:
    "Error 400: Secret Manager service identity for project not found. A service identity must be created for the project.",
  encrypt:
    "Error 403: Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource 'one' (or it may not exist).",
  cluster:
    "Error 400: Identity Pool does not exist (clusters-4711.svc.id.goog). Please check that you specified a valid resource name, badRequest",
  joined: "Error creating ServicePerimeterResource: existing object already found",
  denied: "googleapi: Error 403: Permission denied on resource project one., forbidden",
};
type Text = keyof typeof texts;

beforeEach(() => {
  jest.clearAllMocks();
});

describe.each<[string, ErrorHook, readonly Text[], number, string]>([
  [
    "a new metric",
    awaitMetric("one", "one"),
    ["metric", "oldMetric", "unknownMetric"],
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
  [
    "Google's own account",
    awaitAgent("one"),
    ["account"],
    84,
    "waiting until Google knows Secret Manager's account everywhere: up to 7 minutes",
  ],
  [
    "a service that was just turned on",
    awaitService("one"),
    ["service"],
    84,
    "waiting until Google knows the services that are on everywhere: up to 7 minutes",
  ],
  [
    "a grant of the service's own account",
    awaitGrants("one"),
    ["identity", "encrypt"],
    84,
    "waiting until Google knows Secret Manager's grants on key and topic everywhere: up to 7 minutes",
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
test.each<[string, ErrorHook, readonly Text[]]>([
  ["a secret that is there", explainSecret("one", "openai-api-key"), ["exists"]],
  ["a part of the audit that is there", explainKept("one", "sink", "gcp.audit.mode"), ["exists"]],
  [
    "a copy of the audit that is there",
    explainKept("one", "bucket", "gcp.audit.mode", "pulumi import one"),
    ["exists"],
  ],
  [
    "a pool that is there",
    explainPool("one", "sentinel-prod-4711", "pool", "pulumi import one"),
    ["exists"],
  ],
  ["a cluster that is not there", explainGke("one", "clusters-4711"), ["cluster"]],
  ["a perimeter that is joined", explainPerimeter("one"), ["exists", "joined"]],
  ["what is locked", explainLocked("one", "gcp.audit.bucket"), ["locked", "retention", "unlock"]],
])("%s is explained, and nothing else is", async (_, hook, meant) => {
  for (const [name, text] of Object.entries(texts)) {
    jest.clearAllMocks();
    expect(await ask(hook, [text])).toBe(false);
    const times = meant.some((one) => one === name) ? 1 : 0;
    expect([name, told("error").length]).toEqual([name, times]);
  }
});

test.each([
  [undefined, "keeps it: set gcp.audit.mode to external; after"],
  ["pulumi import one", "keeps it: `pulumi import one`, or set gcp.audit.mode to external; after"],
])("what a destroy keeps is taken up again with the command %s", async (command, text) => {
  await ask(explainKept("one", "the bucket one", "gcp.audit.mode", command), [texts.exists]);
  expect(told("error")).toEqual([expect.stringContaining(text)]);
});
