import { auditStanza } from "../../infra/vault/auditTrail";
import { result } from "../output";
import { vaultSection } from "../vaultSection";

/** Prints the stanza that an OpenBao server needs for the audit devices of a stack's config. */
export async function auditConfig({ stack }: { readonly stack: string }): Promise<void> {
  const { settings } = await vaultSection(stack);
  result(undefined, auditStanza(settings.audit.devices), false);
}
