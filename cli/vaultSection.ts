import type { Environment } from "../infra/environment";
import type { VaultSettings } from "../infra/vault/settings";
import { vaultPlatform } from "../stacks/vault";
import { UsageError } from "./output";
import { loadStackConfig } from "./stackConfig";

/**
 * A stack's Vault settings.
 * @throws UsageError when the stack has no vault section
 */
export async function vaultSection(
  stack: string,
): Promise<{ readonly environment: Environment; readonly settings: VaultSettings }> {
  const { environment, platforms } = await loadStackConfig(stack);
  const section = platforms.find(({ platform }) => platform.name === vaultPlatform.name);
  if (section === undefined) {
    throw new UsageError(
      `vault: stack ${stack} has no vault section; fix: add one, or name another stack`,
    );
  }
  return { environment, settings: section.settings as VaultSettings };
}
