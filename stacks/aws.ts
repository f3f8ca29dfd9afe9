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
  preflight: (args) =>
    (require("./preflight/aws") as typeof import("./preflight/aws")).preflight(args),
  existingId: (...args) =>
    (require("./recovery/aws") as typeof import("./recovery/aws")).existingId(...args),
  deploy: (args) => (require("./deploy/aws") as typeof import("./deploy/aws")).deploy(args),
};
