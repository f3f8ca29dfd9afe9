import { consumers, type Consumer } from "../../infra/environment";
import { limits } from "../../infra/limits";
import { connectionOf } from "../../infra/vault/connection";
import { consumerName } from "../../infra/vault/layout";
import { ambientToken, VaultClient } from "../../stores/vault/client";
import { issueSecretId } from "../../stores/vault/secretId";
import type { SecretIdOptions } from "../definitions/vault";
import { result, UsageError } from "../output";
import { vaultSection } from "../vaultSection";

/** Issues a wrapped SecretID for a consumer of the stack. */
export async function secretId({ stack, consumer, json }: SecretIdOptions): Promise<void> {
  const { environment, settings } = await vaultSection(stack);
  const withRole = consumers.filter((one) => settings.access[one]?.approle);
  if (!isOneOf(consumer, withRole)) {
    throw new UsageError(
      `consumer: got ${JSON.stringify(consumer)}; with an AppRole in this stack: ${withRole.join(", ") || "none"}; fix: name one of these, or add vault.access.${consumer}.approle`,
    );
  }
  const mount = settings.auth.approle?.path ?? "approle";
  const role = consumerName(environment, consumer);
  const client = new VaultClient({ ...connectionOf(settings), token: ambientToken() });
  const ticket = await issueSecretId(client, { mount, role }, limits.wrappingTtl);
  result(
    { ...ticket, mount, roleId: role },
    [
      `wrapped SecretID for ${role}, good for ${String(ticket.ttl)} seconds and one unwrapping:`,
      `  VAULT_TOKEN=${ticket.wrappingToken} bao unwrap -field=secret_id`,
      `log in with role_id=${role} at auth/${mount}/login`,
    ].join("\n"),
    json,
  );
}

const isOneOf = (name: string, allowed: readonly Consumer[]): name is Consumer =>
  (allowed as readonly string[]).includes(name);
