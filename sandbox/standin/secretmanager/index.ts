import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { privateDir } from "../../privateDir";
import { certificateFor } from "../loopback/certificate";
import { openTunnel } from "../loopback/tunnel";
import { Faults, type Fault } from "./faults";
import { handlers, notice, serviceDefinition } from "./listener";
import { openMetadata, type MetadataServer } from "./metadata";
import { hostOf } from "./names";
import { Service, type Call, type Decide } from "./service";
import { Tokens, type TokenOptions } from "./tokens";

export interface SecretManagerOptions {
  readonly projectId: string;
  readonly projectNumber: string;
  /** Of regional secrets, which are at an endpoint of their own. @default none: the global endpoint */
  readonly location?: string;
  readonly decide: Decide;
  /** What it takes for the present time. @default the clock */
  readonly now?: () => Date;
  /** How long `latest` is the version before, after one is added: the service says minutes, or hours. Milliseconds. @default 0 */
  readonly latestSettlesMs?: number;
  /** Told that it is a stand-in. @default to stderr */
  readonly log?: (line: string) => void;
}

/** A stand-in for the secrets of one project, at one endpoint. */
export interface RunningSecretManager {
  /** The endpoint's own name: what leads to it is `port` or `env`. */
  readonly host: string;
  /** On 127.0.0.1, for TLS under that name. */
  readonly port: number;
  /** PEM of the authority of its certificate. */
  readonly ca: string;
  /** For a child process: a proxy that leads to it and nowhere else, and its authority, to trust. */
  readonly env: Readonly<Record<string, string>>;
  /** Requests so far, without anything of their contents. */
  readonly calls: readonly Call[];
  /** An access token of the member. */
  tokenFor(member: string, options?: TokenOptions): string;
  /** Environment of a child process that runs as a service account, as a workload of Google Cloud does. */
  envAs(email: string): Promise<Readonly<Record<string, string>>>;
  /** Lets the next requests fail. */
  fail(fault: Fault, times?: number): void;
  stop(): Promise<void>;
}

/**
 * Starts a stand-in for Secret Manager, for machines without Google Cloud: what the reference describes
 * (https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1), over gRPC with TLS, as the
 * official clients speak by default, on loopback, in memory. It lives in this process and ends with it; on disk is
 * nothing but its certificate's authority, in a private folder.
 */
export async function startSecretManager(
  options: SecretManagerOptions,
): Promise<RunningSecretManager> {
  const { projectId, projectNumber, location, decide, now = () => new Date() } = options;
  const place = { projectId, projectNumber, location };
  const host = hostOf(place);
  const tokens = new Tokens(now);
  const { latestSettlesMs = 0 } = options;
  const service = new Service({ place, now, latestSettlesMs }, tokens, decide);
  const faults = new Faults();
  const calls: Call[] = [];
  const { ca, certificate, key } = await certificateFor(host);

  const sockets = new Map<string, Socket>();
  const grpc = new Server();
  const cut = (peer: string) => sockets.get(peer)?.destroy();
  grpc.addService(serviceDefinition(), handlers(service, faults, calls, cut));
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) };
  const injector = grpc.createConnectionInjector(ServerCredentials.createSsl(null, [pair]));
  // Connections are taken here, so that one can be cut in the middle of a call.
  const server = createServer((socket) => {
    const peer = `${String(socket.remoteAddress)}:${String(socket.remotePort)}`;
    sockets.set(peer, socket);
    socket.on("close", () => sockets.delete(peer)).on("error", () => socket.destroy());
    injector.injectConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const tunnel = await openTunnel(host, server);
  const dir = await privateDir();
  const caFile = join(dir.path, "ca.pem");
  await writeFile(caFile, ca, { mode: 0o600 });
  const env = {
    // Of gRPC alone: what asks the metadata server would take another proxy's way, too.
    grpc_proxy: tunnel.url,
    no_grpc_proxy: "",
    // https://github.com/grpc/grpc-node/blob/master/doc/environment_variables.md
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: caFile,
  };
  const metadata: MetadataServer[] = [];
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  log(`${notice}: ${host} at 127.0.0.1:${String(port)}`);
  return {
    host,
    port,
    ca,
    env,
    calls,
    tokenFor: (member, more = {}) => tokens.tokenFor(member, more),
    envAs: async (email) => {
      const member = `serviceAccount:${email}`;
      const opened = await openMetadata(place, email, (expiresIn) =>
        tokens.tokenFor(member, { expiresIn }),
      );
      metadata.push(opened);
      // Looks at no login of the machine's own, of which it may have some.
      return { ...env, ...opened.env, HOME: dir.path, CLOUDSDK_CONFIG: dir.path };
    },
    fail: (fault, times) => {
      faults.order(fault, times);
    },
    stop: async () => {
      injector.destroy();
      grpc.forceShutdown();
      for (const socket of sockets.values()) socket.destroy();
      server.close();
      await Promise.all([
        once(server, "close"),
        tunnel.stop(),
        ...metadata.map((one) => one.stop()),
      ]);
      await dir.remove();
    },
  };
}
