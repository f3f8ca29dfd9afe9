import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { Agent, createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { clouds, type CloudName } from "../../../infra/azure/cloud";
import { limits } from "../../../infra/limits";
import { privateDir } from "../../privateDir";
import { certificateFor } from "../loopback/certificate";
import { Faults, type Fault } from "./faults";
import { listener, notice } from "./listener";
import { Service, type Authorize, type Call } from "./service";
import { Tokens, type TokenOptions } from "./tokens";
import { openTunnel } from "../loopback/tunnel";

export interface KeyVaultOptions {
  readonly vaultName: string;
  readonly tenantId: string;
  readonly authorize: Authorize;
  /** @default true */
  readonly purgeProtection?: boolean;
  /** Days that deleted secrets are kept: 7 to 90. @default 90 */
  readonly recoverableDays?: number;
  /** How long a deletion or a recovery takes, which the service says is seconds. Milliseconds. @default 0 */
  readonly settlingMs?: number;
  /** @default "public" */
  readonly cloud?: CloudName;
  /** Told that it is a stand-in. @default to stderr */
  readonly log?: (line: string) => void;
}

/** A stand-in for one vault. */
export interface RunningKeyVault {
  /** The vault's own address, as the service would have it: what leads to it is `agent` or `env`. */
  readonly url: string;
  /** PEM of the authority of its certificate. */
  readonly ca: string;
  /** For requests of this process: leads to it, trusts its authority alone. */
  readonly agent: Agent;
  /** For a child process: a proxy that leads to it and nowhere else, and its authority, to trust. */
  readonly env: Readonly<Record<string, string>>;
  /** Requests so far, without anything of their contents. */
  readonly calls: readonly Call[];
  /** An access token of the caller with that object id. */
  tokenFor(oid: string, options?: TokenOptions): string;
  /** Lets the next requests fail. */
  fail(fault: Fault, times?: number): void;
  stop(): Promise<void>;
}

/**
 * Starts a stand-in for a key vault's secrets, for machines without Azure: what the REST reference describes
 * (https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups), over TLS, on loopback, in memory. It lives in
 * this process and ends with it; on disk is nothing but its certificate's authority, in a private folder.
 */
export async function startKeyVault(options: KeyVaultOptions): Promise<RunningKeyVault> {
  const { vaultName, tenantId, authorize, cloud = "public" } = options;
  const { purgeProtection = true, recoverableDays = limits.azureSoftDeleteDaysMax } = options;
  const { azureSoftDeleteDaysMin: fewest, azureSoftDeleteDaysMax: most } = limits;
  if (!(recoverableDays >= fewest && recoverableDays <= most)) {
    throw new Error(
      `recoverableDays: ${String(recoverableDays)}; allowed: ${String(fewest)} to ${String(most)}`,
    );
  }
  const { vaultSuffix, authority } = clouds[cloud];
  const host = `${vaultName.toLowerCase()}.${vaultSuffix}`;
  const url = `https://${host}`;
  const tokens = new Tokens({
    authorization: `${authority}/${tenantId}`,
    resource: `https://${vaultSuffix}`,
    tenantId,
  });
  const facts = { url, purgeProtection, recoverableDays, settlingMs: options.settlingMs ?? 0 };
  const service = new Service(facts, tokens, authorize);
  const faults = new Faults();
  const calls: Call[] = [];
  const { ca, certificate, key } = await certificateFor(host);

  const server = createServer({ cert: certificate, key }, listener(service, faults, calls));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const tunnel = await openTunnel(host, server);
  const dir = await privateDir();
  const caFile = join(dir.path, "ca.pem");
  await writeFile(caFile, ca, { mode: 0o600 });
  // An agent's own options go before those of a request: https://nodejs.org/api/http.html#new-agentoptions
  const agent = new Agent({ ca, host: "127.0.0.1", port, servername: host, keepAlive: true });
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  log(`${notice}: ${url} at 127.0.0.1:${String(port)}`);
  return {
    url,
    ca,
    agent,
    env: {
      ...both("HTTPS_PROXY", tunnel.url),
      ...both("NO_PROXY", ""),
      REQUESTS_CA_BUNDLE: caFile,
      SSL_CERT_FILE: caFile,
      NODE_EXTRA_CA_CERTS: caFile,
    },
    calls,
    tokenFor: (oid, more) => tokens.tokenFor(oid, more),
    fail: (fault, times) => {
      faults.order(fault, times);
    },
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await Promise.all([once(server, "close"), tunnel.stop(), dir.remove()]);
    },
  };
}

/** Programs look for it in either case. */
const both = (name: string, value: string): Record<string, string> => ({
  [name]: value,
  [name.toLowerCase()]: value,
});
