import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Listr } from "listr2";
import type { StackConfig } from "../infra/config";
import { consumers } from "../infra/environment";
import type { VaultSettings } from "../infra/vault/settings";
import { wiringSchema, type Wiring } from "../infra/wiring/document";
import { fingerprint } from "../stores/fingerprint";
import { VaultClient } from "../stores/vault/client";
import { loadStackConfig } from "../cli/stackConfig";
import { findEngine, type Engine } from "./engine/find";
import { keyValues, type KeySource, type KeyValues } from "./keys";
import { pipelineIssuer, type PipelineIssuer } from "./pipeline";
import { hasVaultPlugin } from "./plugins";
import type { SandboxReport } from "./report";
import { obtainServer, type SandboxServer } from "./server";
import { openSession, policyPack, type Session, type SessionOptions } from "./session";
import { loginAs, type Doormen } from "./steps/identity";
import { readAsApp } from "./steps/read";
import { refusals } from "./steps/refusals";
import { seed } from "./steps/seed";

export interface SandboxOptions {
  readonly keys: KeySource;
  readonly kv: "create" | "adopt" | "external";
  readonly product: "openbao" | "vault";
  readonly confirmed: boolean;
  readonly vaultAddress: string | undefined;
  /** Progress for people; JSON runs are silent. */
  readonly progress: boolean;
  readonly signal: AbortSignal;
}

/** A sandbox that stands, with what it showed. */
export interface Sandbox {
  readonly report: SandboxReport;
  /** Writes a file, readable by this user alone, with a short-lived token for each consumer. */
  writeTokens(): Promise<string>;
  close(): Promise<void>;
}

interface Context {
  config: StackConfig;
  pipeline: PipelineIssuer;
  engine: Engine;
  server: SandboxServer;
  realPlugin: boolean;
  session: Session;
  created: number;
  unchanged: number;
  wiring: Wiring;
  values: KeyValues;
  written: readonly string[];
  app: VaultClient;
  read: Readonly<Record<string, string>>;
  refused: SandboxReport["refused"];
}

/** Brings the dev stack up and shows that it does what it is for. Whatever it started is gone when it fails. */
export async function runSandbox(options: SandboxOptions): Promise<Sandbox> {
  const context: Partial<Context> = {};
  const close = async (): Promise<void> => {
    if (context.server && !context.server.own && context.session)
      await context.session.stack.destroy();
    await context.session?.close();
    await context.server?.close();
  };
  try {
    // Each step fills in what the ones after it need.
    await steps(options).run(context as Context);
    const done = context as Context;
    return {
      report: report(done, options),
      writeTokens: () => writeTokens(done),
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

function steps(options: SandboxOptions) {
  const { signal, progress } = options;
  return new Listr<Context, "default", "verbose">(
    [
      {
        title: "Pulumi engine",
        async task(context, task) {
          context.config = await loadStackConfig("dev");
          context.pipeline = pipelineIssuer(ciOf(context.config));
          context.engine = await findEngine({ log: (line) => (task.output = line), signal });
          task.title = `Pulumi engine ${context.engine.version} (${context.engine.origin})`;
        },
      },
      {
        title: "Server and provider",
        async task(context, task) {
          const log = (line: string): void => {
            task.output = line;
          };
          [context.server, context.realPlugin] = await Promise.all([
            obtainServer({ ...options, address: options.vaultAddress, log, signal }),
            hasVaultPlugin(context.engine, log),
          ]);
          const { product, version, address, origin } = context.server;
          task.title = `${product} ${version} at ${address} (${origin}), ${context.realPlugin ? "the real Vault plugin" : "a stand-in for the Vault plugin, which the engine cannot get here"}`;
        },
      },
      {
        title: "Values of the keys",
        enabled: () => options.keys === "prompt",
        rendererOptions: { persistentOutput: false },
        async task(context) {
          context.values = await keyValues(context.config.environment.keys, options.keys);
        },
      },
      {
        title: "pulumi up",
        async task(context, task) {
          signal.throwIfAborted();
          context.session = await openSession(sessionOptions(context, options));
          const up = await context.session.stack.up({
            policyPacks: [policyPack],
            signal,
            onEvent: ({ resOutputsEvent }) => {
              if (resOutputsEvent)
                task.output = resOutputsEvent.metadata.urn.split("::").slice(-1).join("");
            },
          });
          context.created = up.summary.resourceChanges?.create ?? 0;
          context.wiring = wiringSchema.parse(up.outputs["wiring"]?.value);
          task.title = `pulumi up: ${String(context.created)} resources created, policies passed`;
        },
      },
      {
        title: "A second up",
        async task(context, task) {
          signal.throwIfAborted();
          const again = await context.session.stack.up({ expectNoChanges: true, signal });
          context.unchanged = again.summary.resourceChanges?.same ?? 0;
          task.title = `A second up changes nothing (${String(context.unchanged)} the same)`;
        },
      },
      {
        title: "Keys seeded by the operator, who cannot read them",
        async task(context) {
          signal.throwIfAborted();
          const platform = vaultWiring(context.wiring);
          if (options.keys !== "prompt") {
            context.values = await keyValues(context.config.environment.keys, options.keys);
          }
          const operator = await loginAs("operator", platform, doormen(context));
          context.written = await seed(operator, platform, context.values);
        },
      },
      {
        title: "The application reads its keys with its own identity",
        async task(context, task) {
          signal.throwIfAborted();
          const platform = vaultWiring(context.wiring);
          context.app = await loginAs("app", platform, doormen(context));
          context.read = await readAsApp(context.app, context.wiring);
          compare(context);
          task.title = `The application reads ${String(Object.keys(context.read).length)} keys with its own identity`;
        },
      },
      {
        title: "And is refused everything else",
        async task(context, task) {
          context.refused = await refusals(context.app, context.wiring);
          task.title = `And is refused everything else (${String(context.refused.length)} calls tried)`;
        },
      },
    ],
    {
      exitOnError: true,
      // Ctrl-C is the caller's, who stops in order.
      registerSignalListeners: false,
      renderer: "default",
      fallbackRenderer: "verbose",
      silentRendererCondition: () => !progress,
      rendererOptions: { collapseErrors: false },
    },
  );
}

function ciOf({ ci }: StackConfig) {
  if (ci) return ci;
  throw new Error("ci: the dev stack has no such section; fix: add it to Pulumi.dev.yaml");
}

const doormen = ({ config, pipeline, server }: Context): Doormen => ({
  administrator: new VaultClient({ address: server.address, token: server.rootToken }),
  pipeline,
  claims(consumer) {
    const vault = config.platforms.find(({ platform }) => platform.name === "vault");
    const { access } = vault?.settings as VaultSettings;
    return { ...config.ci?.claims, ...access[consumer]?.jwt?.claims };
  },
});

function vaultWiring(wiring: Wiring) {
  const platform = wiring.platforms["vault"];
  if (platform) return platform;
  throw new Error("wiring: the dev stack has no vault section; fix: add one to Pulumi.dev.yaml");
}

const sessionOptions = (context: Context, { kv }: SandboxOptions): SessionOptions => ({
  engine: context.engine,
  dir: context.server.workspace,
  server: context.server,
  passphrase: context.server.passphrase,
  realPlugin: context.realPlugin,
  pipeline: context.pipeline,
  settings: [
    [["vault", "kv", "mode"], kv],
    // Another's server keeps its own audit: to be seen, not a reason to stop.
    ...(context.server.own ? [] : [[["vault", "audit", "onMissing"], "warning"] as const]),
  ],
});

/** What the application read must be what was put there, unless the entry was there before. */
function compare({ wiring, values, read, written }: Context): void {
  for (const { key, env, locator } of Object.values(vaultWiring(wiring).references)) {
    const put = values.get(key);
    if (read[env] === undefined || put === undefined || !written.includes(locator["path"] ?? ""))
      continue;
    if (read[env] !== fingerprint(put)) {
      throw new Error(
        `${env}: the application read ${read[env]} where ${fingerprint(put)} was put`,
      );
    }
  }
}

function report(context: Context, { keys }: SandboxOptions): SandboxReport {
  const { engine, server, realPlugin, created, unchanged, read, refused, wiring } = context;
  const { address, product, version, origin } = server;
  return {
    engine: { version: engine.version, origin: engine.origin },
    server: { address, product, version, origin },
    provider: realPlugin ? "plugin" : "stand-in",
    created,
    secondUp: { changed: 0, same: unchanged },
    keys,
    read,
    refused,
    wiring,
  };
}

async function writeTokens(context: Context): Promise<string> {
  const { server, wiring } = context;
  const platform = vaultWiring(wiring);
  const lines = [`VAULT_ADDR=${server.address}`];
  for (const consumer of consumers.filter((one) => platform.identities[one])) {
    const client = await loginAs(consumer, platform, doormen(context));
    lines.push(`VAULT_TOKEN_${consumer.toUpperCase()}=${client.connection.token ?? ""}`);
  }
  const file = join(server.workspace, "tokens.env");
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return file;
}
