import { awsAuditOn } from "./awsAuditOn";
import { awsGuardedSecrets } from "./awsGuardedSecrets";
import { awsLeastPrivilege } from "./awsLeastPrivilege";
import { awsNarrowTrust } from "./awsNarrowTrust";
import { awsStrictInProd } from "./awsStrictInProd";
import { azureAuditOn } from "./azureAuditOn";
import { azureGuardedSecrets } from "./azureGuardedSecrets";
import { azureLeastPrivilege } from "./azureLeastPrivilege";
import { azureNarrowTrust } from "./azureNarrowTrust";
import { azureStrictInProd } from "./azureStrictInProd";
import { gcpAuditOn } from "./gcpAuditOn";
import { gcpGuardedSecrets } from "./gcpGuardedSecrets";
import { gcpLeastPrivilege } from "./gcpLeastPrivilege";
import { gcpNarrowTrust } from "./gcpNarrowTrust";
import { gcpStrictInProd } from "./gcpStrictInProd";
import { kubernetesGuardedSecrets } from "./kubernetesGuardedSecrets";
import { kubernetesLeastPrivilege } from "./kubernetesLeastPrivilege";
import { kubernetesNarrowTrust } from "./kubernetesNarrowTrust";
import { kubernetesStrictInProd } from "./kubernetesStrictInProd";
import { noProviderCredential } from "./noProviderCredential";
import { noValueBearingResource } from "./noValueBearingResource";
import type { Rule } from "./rule";
import { validExceptions } from "./validExceptions";
import { vaultTlsInProd } from "./vaultTlsInProd";

/** The rules of the pack, in the order of the reader's table. Fresh ones: a rule may keep what it saw during a run. */
export function rules(): readonly Rule[] {
  const list = [
    noValueBearingResource,
    noProviderCredential,
    vaultTlsInProd(),
    awsGuardedSecrets,
    awsLeastPrivilege,
    awsNarrowTrust,
    awsAuditOn,
    awsStrictInProd(),
    azureGuardedSecrets,
    azureLeastPrivilege(),
    azureNarrowTrust,
    azureAuditOn(),
    azureStrictInProd(),
    gcpGuardedSecrets,
    gcpLeastPrivilege(),
    gcpNarrowTrust,
    gcpAuditOn(),
    gcpStrictInProd(),
    kubernetesGuardedSecrets,
    kubernetesLeastPrivilege(),
    kubernetesNarrowTrust,
    kubernetesStrictInProd(),
  ];
  return [...list, validExceptions(list.map(({ name }) => name))];
}
