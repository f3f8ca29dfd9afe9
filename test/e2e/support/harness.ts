import { auditStanza } from "../../../infra/vault/auditTrail";
import type { Wiring } from "../../../infra/wiring/document";
import { wiringSchema } from "../../../infra/wiring/document";
import { findEngine, type Engine } from "../../../sandbox/engine/find";
import { findServer } from "../../../sandbox/openbao/find";
import { startServer, type RunningServer } from "../../../sandbox/openbao/server";
import { loadStackConfig } from "../../../cli/stackConfig";
import { pipelineIssuer, type PipelineIssuer } from "../../../sandbox/pipeline";
import { privateDir, type PrivateDir } from "../../../sandbox/privateDir";
import { openSession, type Session, type SessionOptions } from "../../../sandbox/session";
import { VaultClient } from "../../../stores/vault/client";

const quiet = { log: () => undefined };

/** A real engine and a real OpenBao with the dev stack's audit devices, and a session of the dev stack on it. */
export interface Harness {
  readonly engine: Engine;
  readonly server: RunningServer;
  readonly dir: PrivateDir;
  readonly root: VaultClient;
  /** Signs the tokens of pipelines, for all sessions. */
  readonly pipeline: PipelineIssuer;
  /** Another session on the same workspace and state, with other settings. */
  session(options?: Partial<SessionOptions>): Promise<Session>;
  stop(): Promise<void>;
}

export interface HarnessOptions {
  readonly sealed?: boolean;
  /** The audit part of the server's configuration. @default the devices of the dev stack */
  readonly audit?: (dir: string) => string;
}

/** The devices of Pulumi.dev.yaml in a folder. */
export const devDevices = (dir: string) => ({
  primary: { type: "file" as const, path: `${dir}/primary.log` },
  secondary: { type: "file" as const, path: `${dir}/secondary.log` },
});

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const engine = await findEngine(quiet);
  const server = await startServer({
    program: await findServer(quiet),
    sealed: options.sealed ?? false,
    audit: options.audit ?? ((dir) => auditStanza(devDevices(dir))),
  });
  const dir = await privateDir();
  const { ci } = await loadStackConfig("dev");
  if (!ci) throw new Error("the dev stack has no ci section");
  const pipeline = pipelineIssuer(ci);
  const open: Session[] = [];
  return {
    engine,
    server,
    dir,
    pipeline,
    root: new VaultClient({ address: server.address, token: server.rootToken }),
    async session(more = {}) {
      const session = await openSession({
        engine,
        dir: dir.path,
        server,
        passphrase: "of-this-test",
        pipeline,
        ...more,
      });
      open.push(session);
      return session;
    },
    async stop() {
      await Promise.all(open.map((session) => session.close()));
      await Promise.all([server.stop(), dir.remove()]);
    },
  };
}

/** The wiring that an up put out. */
export const wiringOf = (outputs: Record<string, { value: unknown }>): Wiring =>
  wiringSchema.parse(outputs["wiring"]?.value);
