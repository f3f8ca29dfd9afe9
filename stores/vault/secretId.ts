import { record, type VaultClient } from "./client";

/** A ticket for one SecretID: whoever unwraps it first has the credential, and a second try shows that it was taken. */
export interface WrappedSecretId {
  readonly wrappingToken: string;
  /** Seconds until the ticket ends. */
  readonly ttl: number;
  /** Where it was made; the receiver compares it before trusting the ticket. */
  readonly creationPath: string;
}

/**
 * Issues a SecretID, wrapped: https://openbao.org/docs/concepts/response-wrapping/
 * @param ttl seconds that the ticket lives
 * @throws VaultError when the caller may not, or the role is not there
 */
export async function issueSecretId(
  client: VaultClient,
  { mount, role }: { readonly mount: string; readonly role: string },
  ttl: number,
): Promise<WrappedSecretId> {
  const answer = await client.ask(
    "POST",
    `auth/${mount}/role/${role}/secret-id`,
    {},
    { wrapTtl: ttl },
  );
  const wrapped = record(answer["wrap_info"]);
  return {
    wrappingToken: String(wrapped["token"]),
    ttl: Number(wrapped["ttl"]),
    creationPath: String(wrapped["creation_path"]),
  };
}

/** Takes a wrapped SecretID out of its ticket and logs in with it; the token of the login. */
export async function loginWithTicket(
  client: VaultClient,
  { mount, roleId }: { readonly mount: string; readonly roleId: string },
  ticket: WrappedSecretId,
): Promise<string> {
  const unwrapped = await client.as(ticket.wrappingToken).ask("POST", "sys/wrapping/unwrap");
  const { secret_id } = record(unwrapped["data"]);
  const login = await client
    .as(undefined)
    .ask("POST", `auth/${mount}/login`, { role_id: roleId, secret_id });
  return String(record(login["auth"])["client_token"]);
}
