import type { VaultSettings } from "./settings";

/** How the settings say to reach the server. No credential: that comes from the environment of whoever runs. */
export const connectionOf = ({ address, namespace, tls }: VaultSettings) => ({
  address,
  namespace,
  caCertFile: tls.caCertFile,
  skipVerify: tls.skipVerify,
});
