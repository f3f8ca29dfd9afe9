import { capabilities } from "../infra/aws/capabilities";
import { claims, contradictions } from "../infra/aws/checks";
import { awsSettings } from "../infra/aws/settings";
import type { Platform } from "../infra/contracts/platform";

/** AWS Secrets Manager. */
export const awsPlatform: Platform<typeof awsSettings> = {
  name: "aws",
  settings: awsSettings,
  capabilities,
  contradictions,
  claims,
  // What these load is loaded where it is used: a stack without this platform does not wait for it.
  preflight: async (args) => (await import("./preflight/aws")).preflight(args),
  existingId: async (...args) => (await import("./recovery/aws")).existingId(...args),
  deploy: async (args) => (await import("./deploy/aws")).deploy(args),
};
