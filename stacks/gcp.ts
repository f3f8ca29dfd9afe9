import type { Platform } from "../infra/contracts/platform";
import { capabilities } from "../infra/gcp/capabilities";
import { claims, contradictions } from "../infra/gcp/checks";
import { gcpSettings } from "../infra/gcp/settings";

/** Google Cloud's Secret Manager. */
export const gcpPlatform: Platform<typeof gcpSettings> = {
  name: "gcp",
  settings: gcpSettings,
  capabilities,
  contradictions,
  claims,
  // What these load is loaded where it is used: a stack without this platform does not wait for it.
  preflight: (args) =>
    (require("./preflight/gcp") as typeof import("./preflight/gcp")).preflight(args),
  existingId: (...args) =>
    (require("./recovery/gcp") as typeof import("./recovery/gcp")).existingId(...args),
  deploy: (args) => (require("./deploy/gcp") as typeof import("./deploy/gcp")).deploy(args),
};
