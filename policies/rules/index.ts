import { noProviderCredential } from "./noProviderCredential";
import { noValueBearingResource } from "./noValueBearingResource";
import type { Rule } from "./rule";
import { validExceptions } from "./validExceptions";
import { vaultTlsInProd } from "./vaultTlsInProd";

/** The rules of the pack, in the order of the reader's table. Fresh ones: a rule may keep what it saw during a run. */
export function rules(): readonly Rule[] {
  const list = [noValueBearingResource, noProviderCredential, vaultTlsInProd()];
  return [...list, validExceptions(list.map(({ name }) => name))];
}
