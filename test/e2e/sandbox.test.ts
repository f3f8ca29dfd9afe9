import { stat, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { record, VaultClient } from "../../stores/vault/client";
import { readEntry } from "./support/entries";
import type { SandboxReport } from "../../sandbox/report";
import { startHarness } from "./support/harness";
import { startSandbox, type SandboxRun } from "./support/sandboxRun";

const escape = String.fromCharCode(27);

describe("npm run sandbox", () => {
  const runs: SandboxRun[] = [];
  const start = async (...args: Parameters<typeof startSandbox>): Promise<SandboxRun> => {
    const run = await startSandbox(...args);
    runs.push(run);
    return run;
  };
  afterAll(() => Promise.all(runs.map((run) => run.close())));

  test("--json: one document on stdout, no colour, and nothing left", async () => {
    const { child, left } = await start("--json");
    const { exitCode, stdout, all } = await child;
    const report = JSON.parse(stdout) as SandboxReport;
    expect(exitCode).toBe(0);
    expect(all).not.toContain(escape);
    expect(report).toMatchObject({ created: 26, secondUp: { changed: 0, same: 26 }, keys: "demo" });
    expect(Object.keys(report.read)).toEqual([
      "ANTHROPIC_API_KEY",
      "GEMINI_API_KEY",
      "OPENAI_API_KEY",
      "REDIS_PASSWORD",
    ]);
    for (const print of Object.values(report.read)) expect(print).toMatch(/^[0-9a-f]{12}$/);
    expect(report.refused.length).toBeGreaterThan(5);
    expect(report.refused.every(({ status }) => status === 403)).toBe(true);
    expect(await left()).toEqual([]);
  });

  test("for people: each step, the second up, the read and the refusals; no colour when piped", async () => {
    const { child, left } = await start("");
    const { exitCode, all = "" } = await child;
    expect(exitCode).toBe(0);
    for (const text of [
      "a stand-in for the Vault plugin",
      "pulumi up: 26 resources created, policies passed",
      "A second up changes nothing (26 the same)",
      "The application reads 4 keys with its own identity",
      "And is refused everything else",
      "UsageAlerts: absent",
    ]) {
      expect(all).toContain(text);
    }
    expect(all).not.toContain(escape);
    expect(await left()).toEqual([]);
  });

  test("--keep: the server stays, with a token for each consumer in a file of mode 0600, until Ctrl-C", async () => {
    const run = await start("--keep");
    const text = await said(run, "<start the application>");
    const [, address = ""] = /The server stays at (\S+) until/.exec(text) ?? [];
    const [, file = ""] = /are in (\S+) \(mode 0600\)/.exec(text) ?? [];
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const lines = Object.fromEntries(
      (await readFile(file, "utf8"))
        .trim()
        .split("\n")
        .map((line) => line.split("=") as [string, string]),
    );
    expect(lines["VAULT_ADDR"]).toBe(address);
    for (const consumer of ["app", "ci", "rotator", "operator"]) {
      const token = lines[`VAULT_TOKEN_${consumer.toUpperCase()}`] ?? "";
      const client = new VaultClient({ address, token });
      const { data } = await client.ask("GET", "auth/token/lookup-self");
      expect(record(data)["policies"]).toEqual([`promptsentinel-dev-${consumer}`]);
    }
    run.child.kill("SIGINT");
    expect((await run.child).exitCode).toBe(0);
    expect(await run.left()).toEqual([]);
  });

  const interrupted = async ({ child, left }: SandboxRun): Promise<void> => {
    child.kill("SIGINT");
    const { exitCode, signal } = await child;
    // Before anything listens for it Node ends by the signal itself.
    expect(signal === "SIGINT" || exitCode === 130).toBe(true);
    expect(await left()).toEqual([]);
  };

  test.each([50, 200, 400])("Ctrl-C after %d ms leaves no process and no file", async (ms) => {
    const run = await start("");
    await sleep(ms);
    await interrupted(run);
  });

  test.each([
    "[STARTED] Server and provider",
    "[STARTED] pulumi up",
    "[OUTPUT] vault-store-mount",
    "[OUTPUT] vault-ci-apply-policy",
    "[STARTED] A second up",
    "[STARTED] Keys seeded",
  ])("Ctrl-C at %s: exit code 130, and no process and no file is left", async (moment) => {
    const run = await start("");
    await said(run, moment);
    await interrupted(run);
  });

  test("SIGKILL leaves no process and no file either", async () => {
    const run = await start("");
    await said(run, "pulumi up: 26 resources");
    run.child.kill("SIGKILL");
    await run.child;
    expect(await run.left()).toEqual([]);
  });

  test("--keys env: a malformed value is refused and not shown", async () => {
    const value = "not-a-key-and-not-to-be-shown";
    const { child, left } = await start("--keys env", { ANTHROPIC_API_KEY: value });
    const { exitCode, all } = await child;
    expect(exitCode).toBe(1);
    expect(all).toContain("ANTHROPIC_API_KEY: the given value has not the form of this key");
    expect(all).not.toContain(value);
    expect(await left()).toEqual([]);
  });

  test("a server beyond this machine is not worked on without --yes", async () => {
    const { child } = await start("", { VAULT_ADDR: "https://vault.example.com" });
    const { exitCode, all } = await child;
    expect(exitCode).toBe(1);
    expect(all).toContain("is not on this machine");
    expect(all).toContain("--yes");
  });

  test("a flag that it does not have: exit code 2 and the fix", async () => {
    const { child } = await start("--jsno");
    const { exitCode, all } = await child;
    expect(all).toContain("(Did you mean --json?)");
    expect(exitCode).toBe(2);
  });

  test("on a server of the user's: its mount is adopted, its values stay, and everything that was made is gone", async () => {
    const harness = await startHarness();
    try {
      const { root, server } = harness;
      const theirs = { mount: "secret", path: "promptsentinel/api_keys" };
      const values = { anthropic: "theirs-1", openai: "theirs-2", gemini: "theirs-3" };
      await root.ask("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
      await root.ask("POST", `secret/data/${theirs.path}`, { data: values });
      const state = async () =>
        JSON.stringify([
          await root.ask("LIST", "sys/policies/acl").then(({ data }) => data),
          Object.keys(record((await root.ask("GET", "sys/auth"))["data"])),
          Object.keys(record((await root.ask("GET", "sys/mounts"))["data"])),
        ]);
      const before = await state();
      const { child, left } = await start("--kv adopt --json", {
        VAULT_ADDR: server.address,
        VAULT_TOKEN: server.rootToken,
      });
      const { exitCode, stdout } = await child;
      expect(exitCode).toBe(0);
      const report = JSON.parse(stdout) as SandboxReport;
      expect(report.server.origin).toBe("VAULT_ADDR");
      expect(await state()).toBe(before);
      expect((await readEntry(root, theirs)).fields).toEqual(values);
      expect(await left()).toEqual([]);
    } finally {
      await harness.stop();
    }
  });
});

/** What was said, once this is part of it. */
const said = ({ child }: SandboxRun, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let all = "";
    child.all?.on("data", (chunk) => {
      all += String(chunk);
      if (all.includes(text)) resolve(all);
    });
    void child.then(() => {
      reject(new Error(`ended without saying ${text}\n${all}`));
    });
  });
