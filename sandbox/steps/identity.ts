import type { Consumer } from "../../infra/environment";
import { limits } from "../../infra/limits";
import type { PlatformWiring } from "../../infra/wiring/document";
import type { VaultClient } from "../../stores/vault/client";
import { issueSecretId, loginWithTicket } from "../../stores/vault/secretId";

/**
 * Logs in as a consumer the way its deployment does: an administrator issues a wrapped SecretID, the consumer unwraps
 * it and logs in by the wiring's coordinates.
 */
export async function loginAs(
  consumer: Consumer,
  wiring: PlatformWiring,
  administrator: VaultClient,
): Promise<VaultClient> {
  const login = wiring.identities[consumer]?.logins["approle"];
  const { mount, role, roleId } = login ?? {};
  if (mount === undefined || role === undefined || roleId === undefined) {
    throw new Error(
      `${consumer}: the wiring has no approle login for it; fix: add vault.access.${consumer}.approle`,
    );
  }
  const ticket = await issueSecretId(administrator, { mount, role }, limits.wrappingTtl);
  return administrator.as(await loginWithTicket(administrator, { mount, roleId }, ticket));
}
