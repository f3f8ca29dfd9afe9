import { noProviderCredential } from "./noProviderCredential";
import { noValueBearingResource } from "./noValueBearingResource";
import type { Rule } from "./rule";
import { validExceptions } from "./validExceptions";
import { vaultTlsInProd } from "./vaultTlsInProd";

const excepted: readonly Rule[] = [noValueBearingResource, noProviderCredential, vaultTlsInProd];

/** The rules of the pack, in the order of the reader's table. */
export const rules: readonly Rule[] = [
  ...excepted,
  validExceptions(excepted.map(({ name }) => name)),
];
