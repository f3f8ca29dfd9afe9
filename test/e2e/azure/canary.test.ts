import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AzureSettings } from "../../../infra/azure/settings";
import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { preflight } from "../../../stacks/preflight/azure";
import { existingId } from "../../../stacks/recovery/azure";
import { credentialOf } from "../../../stores/azure/credential";
import { max } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { startArm, type Arm } from "../support/arm";
import { leaks, rehearsed, type Secrets, type Seen } from "../support/canary";

/** Values with every sign that some encoding changes, in the vault and in the environment of whoever runs. */
const secrets: Secrets = {
  anthropic: 'sk-ant-canary-"<&>/+ %é-4b1f',
  openai: "sk-canary-~?=-93ae",
  "the caller's secret": "canary/client+secret~51c8",
  "the caller's token": "canary/access+token==e62a",
};
const secret = (name: string): string => secrets[name] ?? "";
const credentials = {
  ARM_CLIENT_ID: "3c4d5e6f-7a8b-4c9d-8e1f-2a3b4c5d6e7f",
  ARM_CLIENT_SECRET: secret("the caller's secret"),
  AZURE_CLIENT_SECRET: secret("the caller's secret"),
  ARM_OIDC_TOKEN: secret("the caller's token"),
};

const group =
  "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/rg-prompt-sentinel";
const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-prompt-sentinel`;

describe("values in a vault, and the caller's credentials", () => {
  let arm: Arm;
  let dir: string;
  const config = changed(max, "azure.network.allowedIps", ["20.113.4.0/24"]);
  const { environment, ci, platforms: enabled } = parseConfig(config, platforms);
  const args = { environment, ci, settings: enabled[0]?.settings as AzureSettings };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "secrets-test-"));
    arm = await startArm({
      clientSecret: secret("the caller's secret"),
      token: secret("the caller's token"),
    });
    // The management API has no values to give; were it to, nothing would show them.
    const held = { tenantId: args.settings.tenantId, value: secret("anthropic") };
    arm.put("/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f", held);
    arm.put(group, { tags: { owner: secret("openai") } });
    arm.put(vault, { tags: { owner: secret("openai") }, properties: held });
    arm.put(`${vault}/secrets/anthropic-api-key`, { properties: { value: secret("anthropic") } });
  });
  afterAll(async () => {
    await arm.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test("are in nothing that the pre-flight and the recovery say", async () => {
    const connect = (env: NodeJS.ProcessEnv) => () => ({
      ...arm.connection("public"),
      credential: credentialOf(args.settings, env, arm.signIn),
    });
    const found = await preflight(args, connect(credentials));
    expect(found.map(({ message }) => message).join()).toContain("exists and is not ours");
    const wrong = { ...credentials, ARM_CLIENT_SECRET: `${secret("the caller's secret")}-old` };
    const refused = await preflight(args, connect({ ...wrong, ARM_OIDC_TOKEN: "" }));
    expect(refused.map(({ message }) => message).join()).toContain("nobody is logged in");
    const pending = {
      type: "azure-native:keyvault:Vault",
      inputs: { resourceGroupName: "rg-prompt-sentinel", vaultName: "kv-prompt-sentinel" },
    };
    const id = await existingId(pending, args, connect(credentials));
    expect(id).toBe(vault);
    arm.refuse = () => true;
    const forbidden = await existingId(pending, args, connect(credentials)).catch(String);
    expect(forbidden).toContain("AuthorizationFailed");
    const said = JSON.stringify([found, refused, id, forbidden]);
    expect(leaks([["said", said]], secrets)).toEqual([]);
  });

  test("are in nothing that a rehearsal says, exports or leaves", async () => {
    const said = await rehearsed(max, dir, credentials);
    expect(leaks(said, secrets)).toEqual([]);
    // Whoever searches has to find what is there.
    const planted: Seen = ["planted", `"secret":"${secret("the caller's secret")}"`];
    expect(leaks([...said, planted], secrets)).toHaveLength(1);
  });
});
