import type { Capabilities } from "../../infra/contracts/capability";
import { concerns, type Concern } from "../../infra/tokens";
import { capabilities as awsCapabilities } from "../../infra/aws/capabilities";
import { awsSettings } from "../../infra/aws/settings";
import { capabilities as vaultCapabilities } from "../../infra/vault/capabilities";
import { capabilities as azureCapabilities } from "../../infra/azure/capabilities";
import { azureSettings } from "../../infra/azure/settings";
import { capabilities as gcpCapabilities } from "../../infra/gcp/capabilities";
import { gcpSettings } from "../../infra/gcp/settings";
import { capabilities as kubernetesCapabilities } from "../../infra/kubernetes/capabilities";
import { kubernetesSettings } from "../../infra/kubernetes/settings";
import { max as fullest } from "../fixtures/aws";
import { max as fullestAzure } from "../fixtures/azure";
import { max as fullestGcp } from "../fixtures/gcp";
import { max as fullestKubernetes } from "../fixtures/kubernetes";
import type { platforms } from "../../stacks/platforms";

/** The products of a platform that differ in what they can. A platform joins with one entry; without it, types fail. */
const products = {
  vault: {
    OpenBao: vaultCapabilities({ server: "openbao" }),
    "HashiCorp Vault": vaultCapabilities({ server: "vault" }),
  },
  aws: { AWS: awsCapabilities(awsSettings.parse(fullest["aws"])) },
  azure: { Azure: azureCapabilities(azureSettings.parse(fullestAzure["azure"])) },
  gcp: { "Google Cloud": gcpCapabilities(gcpSettings.parse(fullestGcp["gcp"])) },
  kubernetes: {
    Kubernetes: kubernetesCapabilities(kubernetesSettings.parse(fullestKubernetes["kubernetes"])),
  },
} as const satisfies Record<keyof typeof platforms, Record<string, Capabilities>>;

/** What each concern owns, in a few words: the contracts in `infra/contracts/` say it in full. */
const owns: Readonly<Record<Concern, string>> = {
  SecretStore: "the places of the keys, without a value",
  WorkloadAccess: "an identity for each consumer, with the smallest grant",
  AuditTrail: "the log of every read and change",
  RotationPolicy: "how old a key may become, and who replaces it",
  UsageAlerts: "alerts on the use of keys",
  CiAccess: "the pipeline's own roles: preview reads, apply writes",
};

/** The README's table of what is done on which product, with the reason for whatever is not done in full. */
export function capabilityMatrix(): string {
  const columns: readonly (readonly [string, Capabilities])[] = Object.values(products).flatMap(
    (one) => Object.entries(one),
  );
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const names = columns.map(([name]) => name);
  const remarks = concerns.flatMap((concern) => remarksOn(concern, columns));
  return [
    row(["Concern", "What it owns", ...names]),
    row(["---", "---", ...names.map(() => "---")]),
    ...concerns.map((concern) =>
      row([`\`${concern}\``, owns[concern], ...columns.map(([, all]) => all[concern].level)]),
    ),
    "",
    ...remarks,
  ].join("\n");
}

/** One line for each remark, with the products that it holds for. */
function remarksOn(
  concern: Concern,
  columns: readonly (readonly [string, Capabilities])[],
): readonly string[] {
  const products = new Map<string, string[]>();
  for (const [name, capabilities] of columns) {
    const one = capabilities[concern];
    const text = one.level === "full" ? one.note : one.reason;
    if (text !== undefined) products.set(text, [...(products.get(text) ?? []), name]);
  }
  return [...products].map(([text, names]) => `- \`${concern}\`, ${names.join(" and ")}: ${text}.`);
}
