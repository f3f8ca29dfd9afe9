import { credentialsIn } from "../providerCredentials";
import { raw } from "../support";
import type { Rule } from "./rule";

const prefix = "pulumi:providers:";

/**
 * A provider's inputs stand in state, its backups and its history; some SDKs do not even mark them as secret. The
 * plugins read credentials from the environment of whoever runs.
 *
 * @link https://www.checkov.io/5.Policy%20Index/terraform.html CKV_AWS_41
 * @link https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-3
 */
export const noProviderCredential: Rule = {
  name: "no-provider-credential",
  description:
    "No provider is given a credential as an input, because inputs of providers stand in state and in its backups.",
  enforcementLevel: "mandatory",
  controls: ["CKV_AWS_41", "FSBP IAM.3"],
  validateResource: ({ type, props }, report) => {
    if (!type.startsWith(prefix)) return;
    const provider = type.slice(prefix.length);
    for (const path of credentialsIn(provider, raw(props))) {
      report(
        `${path} of the ${provider} provider holds a credential; allowed: none as an input or in the stack's config; fix: remove it and give it by the environment of the run, best short-lived by federation`,
      );
    }
  },
};
