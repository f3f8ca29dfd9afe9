import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StoreName } from "../../../../stores/store";
import { memoryStore, type MemoryOptions, type MemoryStore } from "../../../fixtures/memoryStore";
import { inTempDir } from "../../../fixtures/tempDir";
import document from "../../../fixtures/wiring/1.1.json";
import { ran } from "./ran";
import { others, values } from "./values";

const opened: Partial<Record<StoreName, MemoryStore>> = {};
jest.mock("../../../../stores", () => ({
  stores: new Proxy({}, { get: (_, name: StoreName) => () => () => opened[name] }),
}));
jest.mock("../../../../stores/fingerprintKey", () => ({
  fingerprinter: () => (value: { reveal: () => string }) => `f-${value.reveal().slice(-10)}`,
}));

const day = 24 * 3600 * 1000;
const daysAgo = (days: number): Date => new Date(Date.now() - days * day - 1000);

const at = (name: StoreName, options: MemoryOptions = {}): MemoryStore =>
  (opened[name] = memoryStore(name, { writtenAt: daysAgo(3), values, ...options }));

interface Report {
  stores: Record<string, unknown>[];
  keys: { key: string; agreement: string }[];
}
const status = async (...line: string[]) => {
  const { code, stdout } = await ran("secrets", "status", "--json", ...line);
  const report = JSON.parse(stdout) as Report;
  const of = (store: string, key: string) =>
    report.stores.find((one) => one["store"] === store && one["key"] === key);
  return { code, report, of, stdout };
};
const agreement = ({ keys }: Report) =>
  Object.fromEntries(keys.map(({ key, agreement: one }) => [key, one]));

describe("status", () => {
  test("tells all of a key that the caller may read, and not the key", async () => {
    at("vault");
    const { code, of, stdout } = await status("--in", "vault");
    expect(code).toBe(0);
    expect(of("vault", "anthropic")).toStrictEqual({
      ...{ store: "vault", key: "anthropic", env: "ANTHROPIC_API_KEY" },
      ...{ present: true, readable: true, version: "1", ageDays: 3, overdue: false },
      writtenAt: expect.any(String) as string,
      nextRotation: expect.any(String) as string,
      fingerprint: "f-4f1d9c2e7a",
    });
    const { nextRotation, writtenAt } = of("vault", "anthropic") ?? {};
    expect(Date.parse(String(nextRotation)) - Date.parse(String(writtenAt))).toBe(90 * day);
    for (const value of Object.values(values)) expect(stdout).not.toContain(value);
    expect(opened.vault?.closed).toBe(true);
  });

  test("shows people a table", async () => {
    at("vault", {
      writtenAt: new Date("2026-01-02"),
      refuse: (call) => (call === "read" ? "denied" : undefined),
    });
    at("aws", { values: { anthropic: values.anthropic }, writtenAt: daysAgo(1) });
    const { stdout } = await ran("secrets", "status", "--in", "vault", "aws");
    expect(stdout).toMatch(
      /^KEY +STORE +PRESENT +VERSION +AGE +NEXT ROTATION +FINGERPRINT\nanthropic +vault +yes +1 +\d+ days +(OVERDUE|2026-04-02) +not readable by you\n +aws +yes +1 +1 day +\d{4}-\d\d-\d\d +f-4f1d9c2e7a\nopenai +vault/,
    );
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(92);
    expect(stdout).not.toContain("\u001b");
  });

  test("of stores that agree ends with 0", async () => {
    at("vault");
    at("aws");
    const { code, report } = await status("--in", "vault", "aws");
    expect(code).toBe(0);
    expect(agreement(report)).toMatchObject({ anthropic: "agree", redis: "alone" });
  });

  test("of stores that do not agree ends with 1 and names the key", async () => {
    at("vault");
    at("aws", { values: { ...values, openai: others.openai } });
    const { code, report } = await status("--in", "vault", "aws");
    expect(code).toBe(1);
    expect(agreement(report)).toMatchObject({ anthropic: "agree", openai: "differ" });
    expect((await ran("secrets", "status", "--in", "vault", "aws")).stdout).toContain(
      "the stores DIFFER in: openai\n",
    );
  });

  test("of a missing key ends with 1; not of one that the application runs without", async () => {
    at("vault");
    expect((await status("--in", "vault")).code).toBe(0);
    at("vault", { values: { anthropic: values.anthropic } });
    const { code, of } = await status("--in", "vault");
    expect([code, of("vault", "openai")?.["present"]]).toStrictEqual([1, false]);
  });

  test("of a key that is too old ends with 1", async () => {
    at("vault", { writtenAt: daysAgo(91) });
    const { code, of } = await status("--in", "vault");
    expect(code).toBe(1);
    expect(of("vault", "openai")).toMatchObject({ ageDays: 91, overdue: true });
  });

  test("of a key that the caller may not read says by its metadata whether it is there", async () => {
    at("vault", { refuse: (call) => (call === "read" ? "denied" : undefined) });
    const { code, of } = await status("--in", "vault");
    expect(code).toBe(0);
    expect(of("vault", "openai")).toMatchObject({ present: true, readable: false, version: "1" });
    expect(of("vault", "openai")).not.toHaveProperty("fingerprint");
  });

  test("that nobody can see ends with 4, and so does whether two stores agree", async () => {
    at("vault", { refuse: (call) => (["read", "describe"].includes(call) ? "denied" : undefined) });
    expect((await status("--in", "vault")).code).toBe(4);
    at("vault", { refuse: (call) => (call === "read" ? "denied" : undefined) });
    at("aws");
    const { code, report } = await status("--in", "vault", "aws");
    expect(code).toBe(4);
    expect(agreement(report)["openai"]).toBe("unknown");
  });

  test("believes who reads, not who describes a container that keys share", async () => {
    const store = at("aws", { values: { anthropic: values.anthropic } });
    opened.aws = Object.assign(store, {
      describe: () => Promise.resolve({ present: "unknown" as const, version: "7" }),
    });
    const { of } = await status("--in", "aws");
    expect(of("aws", "anthropic")).toMatchObject({ present: true, version: "7" });
    expect(of("aws", "openai")).toMatchObject({ present: false });
  });

  test("of a store that does not answer does not hide the others", async () => {
    at("vault", { refuse: () => "unreachable" });
    at("aws");
    const { code, of } = await status("--in", "vault", "aws");
    expect(code).toBe(4);
    expect(of("vault", "openai")).toMatchObject({
      present: "unknown",
      problem: "vault: openai: unreachable; fix: none",
    });
    expect(of("aws", "openai")).toMatchObject({ present: true });
    const { stdout } = await ran("secrets", "status", "--in", "vault", "aws");
    expect(stdout).toContain("\nvault: openai: unreachable; fix: none\n");
  });

  test("fails on a store that there is none", async () => {
    expect((await ran("secrets", "status", "--in", "vualt")).code).toBe(2);
  });

  test("looks, without --in, at the deployment's own stores, at its own keys", async () => {
    at("vault");
    const { vault } = document.platforms;
    await inTempDir(async (folder) => {
      const file = join(folder, "wiring.json");
      await writeFile(file, JSON.stringify({ ...document, platforms: { vault } }));
      const { report } = await status("--file", file);
      expect(new Set(report.stores.map((one) => one["store"]))).toStrictEqual(new Set(["vault"]));
      expect(report.keys.map(({ key }) => key)).toStrictEqual(Object.keys(vault.references));
    });
  });

  test.each([
    ["", "dotenv"],
    ["keyring", "keyring"],
  ] as const)(
    "looks, without a deployment and with SECRET_METHOD=%s, at %s",
    async (method, store) => {
      const before = process.env["SECRET_METHOD"];
      process.env["SECRET_METHOD"] = method;
      at(store);
      try {
        expect((await status()).of(store, "openai")).toMatchObject({ present: true });
      } finally {
        if (before === undefined) delete process.env["SECRET_METHOD"];
        else process.env["SECRET_METHOD"] = before;
      }
    },
  );
});
