import type { OpenStore, StoreName } from "./store";

/**
 * The stores: add one with its folder and one line. Each is loaded when it is opened, because the vendors' SDKs take
 * longer to load than a command does to run.
 */
export const stores: Readonly<Record<StoreName, () => OpenStore>> = {
  vault: () => (require("./vault/keyStore") as typeof import("./vault/keyStore")).open,
  aws: () => (require("./aws/keyStore") as typeof import("./aws/keyStore")).open,
  azure: () => (require("./azure/keyStore") as typeof import("./azure/keyStore")).open,
  gcp: () => (require("./gcp/keyStore") as typeof import("./gcp/keyStore")).open,
  keyring: () => (require("./keyring/keyStore") as typeof import("./keyring/keyStore")).open,
  dotenv: () => (require("./dotenv/keyStore") as typeof import("./dotenv/keyStore")).open,
  "dotenv-vault": () =>
    (require("./dotenvVault/keyStore") as typeof import("./dotenvVault/keyStore")).open,
  dotenvx: () => (require("./dotenvx/keyStore") as typeof import("./dotenvx/keyStore")).open,
};
