import { parseConfig } from "../../../infra/config";
import type { AzureSettings } from "../../../infra/azure/settings";
import type { Finding, PlatformArgs } from "../../../infra/contracts/platform";
import { platforms } from "../../../stacks/platforms";
import { preflight } from "../../../stacks/preflight/azure";
import { credentialOf } from "../../../stores/azure/credential";
import { max as withExamples } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { startArm, type Arm } from "../support/arm";

const subscription = "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
const tenantId = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d";
const other = "99999999-5e6f-4a7b-8c9d-0e1f2a3b4c5d";
const groupId = `${subscription}/resourceGroups/rg-prompt-sentinel`;
const vaultId = `${groupId}/providers/Microsoft.KeyVault/vaults/kv-prompt-sentinel`;
const ours = { "managed-by": "pulumi" };
const properties = { tenantId, enableRbacAuthorization: true };
const secrets = ["anthropic-api-key", "openai-api-key", "cache-password", "gdpr-master-key"];

/** With addresses of its own, and without a secret that is said to be there. */
const max = changed(
  changed(withExamples, "azure.network.allowedIps", ["20.113.4.0/24"]),
  "azure.secrets.seeded",
  [],
);

const argsOf = (raw: unknown): PlatformArgs<AzureSettings> => {
  const { environment, ci, platforms: enabled } = parseConfig(raw, platforms);
  return { environment, ci, settings: enabled[0]?.settings as AzureSettings };
};

/** On a stand-in for the management API: that calls are made and answers read as its reference has them. */
describe("a subscription", () => {
  let arm: Arm;
  beforeEach(async () => {
    arm = await startArm();
    arm.put(subscription, { tenantId, state: "Enabled" });
    arm.put(groupId, { tags: ours });
  });
  afterEach(() => arm.stop());

  const found = (raw: unknown): Promise<readonly Finding[]> =>
    preflight(argsOf(raw), ({ settings }) => arm.connection(settings.cloud));
  const findings = async (raw: unknown): Promise<readonly string[]> =>
    (await found(raw)).map(({ severity, message }) => `${severity}: ${message}`);
  const adopting = (mode: "adopt" | "external"): unknown =>
    changed(
      changed(changed(max, "azure.vault.mode", mode), "azure.network", {}),
      "azure.access.operator.byName",
      true,
    );
  const deleted = (location = "germanywestcentral", more: object = {}): void => {
    const at = `${subscription}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults`;
    arm.put(`${at}/kv-prompt-sentinel`, {
      properties: { vaultId, location, scheduledPurgeDate: "2026-12-24T00:00:00Z", ...more },
    });
  };

  test("names are free", async () => {
    expect(await findings(max)).toEqual([]);
  });

  test("it is asked for reads alone, each with a version", async () => {
    arm.put(vaultId, { tags: ours, properties });
    await findings(changed(max, "azure.secrets.seeded", "all"));
    expect(arm.calls.map((call) => call.split(" ")[0])).not.toContain("PUT");
    expect(arm.calls.every((call) => call.includes("api-version="))).toBe(true);
    expect(arm.calls.length).toBeGreaterThan(3);
  });

  test("a subscription of another directory", async () => {
    arm.put(subscription, { tenantId: other, state: "Enabled" });
    expect(await findings(max)).toEqual([
      `error: azure.tenantId: got ${tenantId}, and the subscription 8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f is of ${other}; fix: correct azure.tenantId, or azure.subscriptionId`,
    ]);
  });

  test("a subscription that who is logged in does not see, or that is disabled", async () => {
    const elsewhere = "7e1c5b0d-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
    const raw: unknown = JSON.parse(
      JSON.stringify(max).replaceAll("8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f", elsewhere),
    );
    expect(await findings(raw)).toEqual([
      expect.stringContaining(`azure.subscriptionId: got ${elsewhere}, which`) as string,
    ]);
    arm.put(subscription, { tenantId, state: "Disabled" });
    expect(await findings(max)).toEqual([
      expect.stringContaining("is disabled; fix: have its owner enable it") as string,
    ]);
  });

  test("a token that the server does not take", async () => {
    const connection = arm.connection("public");
    const credential = {
      getToken: () => Promise.resolve({ token: "other", expiresOnTimestamp: Date.now() + 60_000 }),
    };
    const [one] = await preflight(argsOf(max), () => ({ ...connection, credential }));
    expect(one?.message).toContain(
      "does not accept who is logged in (InvalidAuthenticationToken: The access token is invalid.)",
    );
  });

  test("nobody is logged in, or with a secret that is wrong", async () => {
    const connect = (env: NodeJS.ProcessEnv) => (args: PlatformArgs<AzureSettings>) => ({
      ...arm.connection("public"),
      credential: credentialOf(args.settings, env, arm.signIn),
    });
    const client = { ARM_CLIENT_ID: "3c4d5e6f-7a8b-4c9d-8e1f-2a3b4c5d6e7f" };
    const right = { ...client, ARM_CLIENT_SECRET: "stand-in" };
    expect(await preflight(argsOf(max), connect(right))).toEqual([]);
    for (const wrong of [
      { ...client, ARM_CLIENT_SECRET: "wrong" },
      { ARM_CLIENT_SECRET: "stand-in" },
      { ...client, ARM_USE_OIDC: "true" },
    ]) {
      const [one, ...more] = await preflight(argsOf(max), connect(wrong));
      expect(one?.severity).toBe("error");
      expect(one?.message).toContain(`nobody is logged in to ${tenantId} (`);
      expect(one?.message).toContain(`fix: log in (\`az login --tenant ${tenantId}\``);
      expect(one?.message).not.toContain("\n");
      expect(more).toEqual([]);
    }
  });

  test("a server that does not answer", async () => {
    const connection = arm.connection("public");
    await arm.stop();
    const [one] = await preflight(argsOf(max), () => connection);
    expect(one?.message).toMatch(
      /management\.azure\.com does not answer \(.*ECONNREFUSED.*\); fix/,
    );
    arm = await startArm();
  });

  test("a group that is another's, or that is not there", async () => {
    arm.put(groupId, { tags: { owner: "somebody" } });
    expect(await findings(max)).toEqual([
      "error: azure.resourceGroup.mode: got create, but rg-prompt-sentinel exists and is not ours; allowed: external (left alone); fix: set azure.resourceGroup.mode to external, or choose another azure.resourceGroup.name",
    ]);
    const external = changed(max, "azure.resourceGroup", { mode: "external", name: "nowhere" });
    expect(await findings(external)).toEqual([
      "error: azure.resourceGroup.name: there is no group nowhere; fix: set azure.resourceGroup.mode to create, or name the one that exists",
    ]);
  });

  test("a vault that is there: another's; by this program it is none", async () => {
    arm.put(vaultId, { tags: ours, properties });
    expect(await findings(max)).toEqual([]);
    arm.put(vaultId, { properties });
    expect(await findings(max)).toEqual([
      "error: azure.vault.mode: got create, but kv-prompt-sentinel exists and is not ours; allowed: adopt (tracked, never deleted), external (left alone); fix: set azure.vault.mode to adopt, or choose another name (azure.vault.name)",
    ]);
    expect(await findings(adopting("adopt"))).toEqual([]);
    arm.put(vaultId, { tags: ours, properties: { ...properties, tenantId: other } });
    expect(await findings(max)).toEqual([
      `error: azure.tenantId: got ${tenantId}, and the vault kv-prompt-sentinel is of ${other}; fix: correct azure.tenantId, or name another vault`,
    ]);
  });

  test("a deleted vault, with what brings it back and what does away with it", async () => {
    deleted();
    const recover = "az keyvault recover --name kv-prompt-sentinel --location germanywestcentral";
    const purge = "az keyvault purge --name kv-prompt-sentinel --location germanywestcentral";
    expect(await findings(max)).toEqual([
      `error: kv-prompt-sentinel: is deleted, and its name is taken until it is purged; fix: set azure.vault.recover to true for one up, \`${recover}\` and azure.vault.mode adopt, \`${purge}\`, which loses its values (purge protection can forbid it until 2026-12-24T00:00:00Z), or choose another azure.vault.name`,
    ]);
    deleted("germanywestcentral", { purgeProtectionEnabled: true });
    const [one] = await findings(max);
    expect(one).toContain("protected from a purge: Azure does it on 2026-12-24T00:00:00Z");
    expect(one).not.toContain(purge);
  });

  test("a deleted vault that is to be brought back, and one that is not there to be", async () => {
    const recovering = changed(changed(max, "azure.vault.recover", true), "azure.secrets.seeded", [
      "openai",
    ]);
    expect(await findings(recovering)).toEqual([
      "error: azure.vault.recover: got true, and no vault kv-prompt-sentinel is deleted in germanywestcentral; fix: set azure.vault.recover to false, or correct azure.vault.name and azure.location",
    ]);
    deleted();
    expect(await findings(recovering)).toEqual([]);
    deleted("germanywestcentral", { vaultId: vaultId.replace("rg-prompt-sentinel", "old") });
    expect(await findings(recovering)).toEqual([
      expect.stringMatching(
        /the deleted kv-prompt-sentinel was .*\/old\/.*, and it comes back there/,
      ),
    ]);
    arm.put(vaultId, { tags: ours, properties });
    expect(await findings(recovering)).toEqual([
      "error: azure.vault.recover: got true, and kv-prompt-sentinel is there, not deleted; fix: set azure.vault.recover to false",
    ]);
  });

  test("a name that is taken: by oneself, by a deleted one elsewhere, by somebody else", async () => {
    arm.taken.add("kv-prompt-sentinel");
    expect(await findings(max)).toEqual([
      "error: azure.vault.name: got kv-prompt-sentinel, which is taken, and by none of this subscription that can be seen: a vault's name is the whole world's; fix: choose another",
    ]);
    deleted("westeurope");
    const [elsewhere] = await findings(max);
    expect(elsewhere).toContain("a deleted vault of this subscription in westeurope");
    expect(elsewhere).toContain(
      "az keyvault recover --name kv-prompt-sentinel --location westeurope",
    );
    arm.put(vaultId.replace("rg-prompt-sentinel", "old"), { properties });
    const [own] = await findings(max);
    expect(own).toContain(
      "which this subscription has in old; fix: set azure.vault.mode to adopt and azure.vault.resourceGroup to old",
    );
  });

  test("nothing to adopt, nothing to use", async () => {
    for (const [mode, verb] of [
      ["adopt", "adopt"],
      ["external", "use"],
    ] as const) {
      expect(await findings(adopting(mode))).toEqual([
        `error: azure.vault.name: there is no vault kv-prompt-sentinel in rg-prompt-sentinel to ${verb}; fix: set azure.vault.mode to create, or name the one that exists, and its azure.vault.resourceGroup`,
      ]);
    }
  });

  test("a vault that asks access policies", async () => {
    arm.put(vaultId, { properties: { ...properties, enableRbacAuthorization: false } });
    for (const mode of ["adopt", "external"] as const) {
      expect(await findings(adopting(mode))).toEqual([
        "error: kv-prompt-sentinel: asks access policies, so no grant of the program would count; fix: give its users roles, then `az keyvault update --name kv-prompt-sentinel --resource-group rg-prompt-sentinel --enable-rbac-authorization true`",
      ]);
    }
    arm.put(vaultId, { properties: { tenantId } });
    expect(await findings(adopting("adopt"))).toHaveLength(1);
  });

  test("secrets that are said to be there, over all pages of the list", async () => {
    const seeded = changed(max, "azure.secrets.seeded", ["anthropic", "openai", "redis", "gdpr"]);
    arm.put(vaultId, { tags: ours, properties });
    for (const name of secrets) arm.put(`${vaultId}/secrets/${name}`, { properties: {} });
    expect(await findings(seeded)).toEqual([]);
    expect(arm.calls.filter((call) => call.includes("skiptoken"))).toHaveLength(1);
    expect(await findings(changed(max, "azure.secrets.seeded", ["openai", "snyk"]))).toEqual([
      "error: azure.secrets.seeded: snyk-token is not in kv-prompt-sentinel, so no grant on it can be made; fix: put its first value in, or take snyk out of azure.secrets.seeded",
    ]);
  });

  test("secrets that are said to be in a vault that is not", async () => {
    const [one, ...more] = await findings(changed(max, "azure.secrets.seeded", ["openai"]));
    expect(one).toContain("openai-api-key is not in kv-prompt-sentinel");
    expect(more).toEqual([]);
  });

  test("who sees the group alone is told what was not looked at, and is not stopped", async () => {
    arm.refuse = (path) => !path.startsWith(groupId);
    const told = await findings(max);
    expect(told).toEqual([
      expect.stringContaining("warning: azure.tenantId: not checked"),
      expect.stringContaining("warning: whether a deleted vault has the name kv-prompt-sentinel"),
      expect.stringContaining("warning: whether the name kv-prompt-sentinel is free"),
    ]);
    for (const one of told) expect(one).toContain("403 AuthorizationFailed");
    // The vault itself says of which directory it is.
    arm.put(vaultId, { tags: ours, properties });
    expect(await findings(max)).toEqual([]);
  });

  test("who does not see the vault is stopped; who does not see its secrets is told", async () => {
    arm.put(vaultId, { tags: ours, properties });
    arm.refuse = (path) => path.endsWith("/secrets");
    expect(await findings(changed(max, "azure.secrets.seeded", "all"))).toEqual([
      expect.stringContaining("warning: azure.secrets.seeded: not checked (403 Authorization"),
    ]);
    arm.refuse = (path) => path.includes("/vaults/");
    expect(await findings(changed(max, "azure.secrets.seeded", "all"))).toEqual([
      expect.stringMatching(
        /^error: kv-prompt-sentinel: could not be looked at \(403 .*vaults\/read/,
      ),
    ]);
    arm.refuse = (path) => path === groupId;
    expect(await findings(max)).toEqual([
      expect.stringMatching(/^warning: rg-prompt-sentinel: the group could not be looked at \(403/),
    ]);
  });
});
