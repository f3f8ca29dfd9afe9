import type { Platforms } from "../infra/config";
import { awsPlatform } from "./aws";
import { azurePlatform } from "./azure";
import { gcpPlatform } from "./gcp";
import { kubernetesPlatform } from "./kubernetes";
import { vaultPlatform } from "./vault";

/** The platforms: add one with its folder under `infra/`, its page here, and one line. */
export const platforms = {
  vault: vaultPlatform,
  aws: awsPlatform,
  azure: azurePlatform,
  gcp: gcpPlatform,
  // Last: it reads what the others gave.
  kubernetes: kubernetesPlatform,
} as const satisfies Platforms;
