import type { Platforms } from "../infra/config";
import { vaultPlatform } from "./vault";

/** The platforms: add one with its folder under `infra/`, its page here, and one line. */
export const platforms = {
  vault: vaultPlatform,
} as const satisfies Platforms;
