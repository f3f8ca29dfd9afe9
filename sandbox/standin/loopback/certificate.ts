import { throwawayAuthority, type KeyPair } from "./authority";

/** What a server of TLS needs, and what its clients have to trust. PEM. */
export interface ServerCertificate extends KeyPair {
  readonly ca: string;
}

/**
 * A certificate for the host by an authority of its own, which is forgotten at once, so that nobody who trusts it trusts
 * anything else.
 */
export async function certificateFor(host: string): Promise<ServerCertificate> {
  const authority = await throwawayAuthority();
  return { ca: authority.ca, ...(await authority.server(host)) };
}
