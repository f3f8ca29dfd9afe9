import execa from "execa";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../../infra/config";
import { findServer, type ServerProgram } from "../../../sandbox/openbao/find";
import { startServer, type RunningServer } from "../../../sandbox/openbao/server";
import { platforms } from "../../../stacks/platforms";
import { VaultClient } from "../../../stores/vault/client";
import { deploy } from "../../fixtures/deploy";
import { selfReading } from "../../fixtures/kubernetes";

const prefix = "vault.hashicorp.com/";
const values = { anthropic: "sk-ant-1", openai: "sk-2", gemini: "g.3=" };

/** What Vault's injector makes of a Pod's annotations, and the Pod of the task's command: with a real agent. */
describe("a Pod with Vault's agent", () => {
  let program: ServerProgram;
  let bao: RunningServer;
  let annotations: Readonly<Record<string, string>>;
  let command: readonly string[];

  beforeAll(async () => {
    program = await findServer({ log: () => undefined });
    if (program.kind !== "binary") throw new Error("the agent is a binary: put bao on PATH");
    bao = await startServer({ program });
    const { results } = await deploy(parseConfig(selfReading("vault", "vaultAgent"), platforms));
    const { tasks = [], wiring } = results["kubernetes"] ?? {};
    annotations = wiring?.identities.app?.logins["podAnnotations"] as typeof annotations;
    ({ command } = parse(tasks[0]?.text ?? "") as { command: string[] });
    const root = new VaultClient({ address: bao.address, token: bao.rootToken });
    await root.ask("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
  });
  afterAll(async () => {
    await bao.stop();
  });

  /** Runs the agent once, as the init container does, and tells what it wrote. */
  async function written(name: string, fields: Readonly<Record<string, string>>) {
    const root = new VaultClient({ address: bao.address, token: bao.rootToken });
    const path = annotations[`${prefix}agent-inject-secret-keys`] ?? "";
    await root.ask("POST", path, { data: fields });
    const dir = join(bao.dir, name);
    await mkdir(dir);
    const [token, config, file] = ["token", "agent.json", "keys"].map((one) => join(dir, one)) as [
      ...[string, string, string],
    ];
    await writeFile(token, bao.rootToken, { mode: 0o600 });
    // https://developer.hashicorp.com/vault/docs/agent-and-proxy/agent/template
    const settings = {
      vault: { address: bao.address },
      exit_after_auth: annotations[`${prefix}agent-pre-populate-only`] === "true",
      // A login needs a cluster: that is in vaultLogin.test.ts.
      auto_auth: { method: [{ type: "token_file", config: { token_file_path: token } }] },
      template_config: { exit_on_retry_failure: true },
      template: {
        destination: file,
        contents: annotations[`${prefix}agent-inject-template-keys`],
        error_on_missing_key: annotations[`${prefix}error-on-missing-key-keys`] === "true",
      },
    };
    await writeFile(config, JSON.stringify(settings));
    const { exitCode, all = "" } = await execa(program.location, ["agent", `-config=${config}`], {
      all: true,
      reject: false,
      timeout: 30_000,
    });
    return { exitCode, all, file };
  }

  test("has its keys as variables", async () => {
    const { exitCode, file } = await written("whole", values);
    expect(exitCode).toBe(0);
    // The injector's folder is the container's own.
    const [shell = "", ...args] = command.map((one) => one.replace("/vault/secrets/keys", file));
    const { stdout } = await execa(shell, [...args, "env"], { extendEnv: false });
    expect(stdout.split("\n")).toEqual(
      expect.arrayContaining([
        `ANTHROPIC_API_KEY=${values.anthropic}`,
        `OPENAI_API_KEY=${values.openai}`,
        `GEMINI_API_KEY=${values.gemini}`,
      ]),
    );
  });

  test("does not start with a key that has no value", async () => {
    const others = { anthropic: values.anthropic, openai: values.openai };
    const { exitCode, all, file } = await written("missing", others);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/<\.Data\.data\.gemini>: map has no entry/);
    await expect(readFile(file)).rejects.toThrow("ENOENT");
  });
});
