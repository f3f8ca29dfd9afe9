import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import execa from "execa";
import { version as vaultVersion } from "@pulumi/vault/package.json";
import { cacheDir } from "./cache";
import type { Engine } from "./engine/find";

/** Milliseconds for which "not to be had" is believed without asking again. */
const remembered = 3_600_000;

/** Milliseconds that a download may take. */
const timeout = 120_000;

/** The engine's home in a sandbox: its own, so that no login or plugin of the user's is touched. */
export const pulumiHome = (): string => cacheDir("pulumi-home");

/**
 * What tells the engine of a stand-in for the providers of these packages. It does not look for the plugin then, which takes it seconds where
 * there is no network. https://www.pulumi.com/docs/iac/cli/environment-variables/
 */
export const attached = (
  port: number,
  packages: readonly string[] = ["vault"],
): Readonly<Record<string, string>> => ({
  PULUMI_DEBUG_PROVIDERS: packages.map((name) => `${name}:${String(port)}`).join(","),
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
});

/** Whether the engine has, or can get, the real Vault plugin of the SDK's version. */
export async function hasVaultPlugin(
  { command }: Engine,
  log: (line: string) => void,
): Promise<boolean> {
  const refusal = cacheDir("plugins", `vault-${vaultVersion}.unavailable`);
  if (await isRecent(refusal)) return false;
  log(`asking the engine for the vault plugin ${vaultVersion}`);
  try {
    await execa(command.command, ["plugin", "install", "resource", "vault", vaultVersion], {
      env: { PULUMI_HOME: pulumiHome(), PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout,
    });
    await rm(refusal, { force: true });
    return true;
  } catch {
    await mkdir(dirname(refusal), { recursive: true });
    await writeFile(refusal, "");
    return false;
  }
}

async function isRecent(file: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs < remembered;
  } catch {
    return false;
  }
}
