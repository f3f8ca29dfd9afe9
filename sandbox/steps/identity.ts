import type { Consumer } from "../../infra/environment";
import { limits } from "../../infra/limits";
import type { PlatformWiring } from "../../infra/wiring/document";
import { loginAsPipeline, type PipelineIssuer } from "../pipeline";
import type { VaultClient } from "../../stores/vault/client";
import { issueSecretId, loginWithTicket } from "../../stores/vault/secretId";

/** Who helps consumers in. */
export interface Doormen {
  readonly administrator: VaultClient;
  readonly pipeline: PipelineIssuer;
  /** What a consumer's pipeline has to claim. */
  claims(consumer: Consumer): Readonly<Record<string, readonly string[]>>;
}

/** Logs in as a consumer the way its deployment does, by the wiring's coordinates. */
export async function loginAs(
  consumer: Consumer,
  wiring: PlatformWiring,
  doormen: Doormen,
): Promise<VaultClient> {
  const { approle, jwt } = wiring.identities[consumer]?.logins ?? {};
  if (approle) return withAppRole(approle, doormen.administrator);
  if (jwt) {
    const token = doormen.pipeline.tokenWith(doormen.claims(consumer));
    return loginAsPipeline(doormen.administrator, jwt, token);
  }
  throw new Error(
    `${consumer}: the wiring has no approle or jwt login for it; fix: add vault.access.${consumer}.approle`,
  );
}

/** An administrator issues a wrapped SecretID, the consumer unwraps it and logs in. */
async function withAppRole(
  { mount = "", role = "", roleId = "" }: Readonly<Record<string, string>>,
  administrator: VaultClient,
): Promise<VaultClient> {
  const ticket = await issueSecretId(administrator, { mount, role }, limits.wrappingTtl);
  return administrator.as(await loginWithTicket(administrator, { mount, roleId }, ticket));
}
