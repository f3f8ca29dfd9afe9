import type { ErrorHook } from "@pulumi/pulumi";
import {
  awaitSpread,
  explainKept,
  explainLock,
  explainUnseeded,
  explainVault,
} from "../../../infra/azure/errorHooks";
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

/** As Azure and its provider say it. */
const texts = {
  principal:
    'Status=400 Code="PrincipalNotFound" Message="Principal 1a2b does not exist in the directory 3c4d."',
  role: 'Status=400 Code="RoleDefinitionDoesNotExist" Message="The specified role definition with ID \'5e6f\' does not exist."',
  secret: 'Status=404 Code="ResourceNotFound" Message="The Resource was not found."',
  exists: "cannot create already existing resource '/subscriptions/x/resourceGroups/y'",
  taken:
    'Code="StorageAccountAlreadyTaken" Message="The storage account named x is already taken."',
  denied: 'Status=403 Code="AuthorizationFailed"',
};

beforeEach(() => {
  jest.clearAllMocks();
});

describe("what Azure does not know everywhere yet", () => {
  const hook = awaitSpread("one", "app");
  const waited = (errors: readonly string[]): Promise<unknown> => ask(hook, errors);

  test.each(["principal", "role"] as const)(
    "a new %s is waited for, and told once",
    async (what) => {
      expect(await waited([texts[what]])).toBe(true);
      expect(await waited([texts[what], texts[what]])).toBe(true);
      expect(told("info")).toEqual([
        "waiting until Azure knows app and the role everywhere: up to 5 minutes",
      ]);
    },
  );

  test("not for ever", async () => {
    expect(await waited(Array<string>(60).fill(texts.principal))).toBe(true);
    expect(await waited(Array<string>(61).fill(texts.principal))).toBe(false);
  });

  test.each(["secret", "exists", "denied"] as const)(
    "not when it is another error: %s",
    async (what) => {
      expect(await waited([texts[what]])).toBe(false);
      expect(told("info")).toEqual([]);
    },
  );
});

/** An error that is told fails the whole run, so none is told of what is waited for. */
test.each<[string, ErrorHook, keyof typeof texts | undefined]>([
  ["a secret without its first value", explainUnseeded("one", "openai-api-key"), "secret"],
  ["a vault that is there", explainVault("one", "kv-one"), "exists"],
  ["a part of the audit that is there", explainKept("one", "archive", "azure.audit.mode"), "taken"],
  ["an archive to be locked at once", explainLock("one"), undefined],
])("%s is explained, and nothing else is", async (_, hook, meant) => {
  for (const [name, text] of Object.entries(texts)) {
    jest.clearAllMocks();
    expect(await ask(hook, [text])).toBe(false);
    const same = meant === "exists" || meant === "taken" ? ["exists", "taken"] : [meant];
    expect([name, told("error").length]).toEqual([name, same.some((one) => one === name) ? 1 : 0]);
  }
});
