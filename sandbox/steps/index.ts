import { Listr } from "listr2";
import { loadStackConfig } from "../../cli/stackConfig";
import type { StackConfig } from "../../infra/config";
import { wiringSchema } from "../../infra/wiring/document";
import { fingerprint } from "../fingerprint";
import { doormen, vaultWiring, type Context, type SandboxOptions } from "../context";
import { findEngine } from "../engine/find";
import { keyValues } from "../keys";
import { pipelineIssuer } from "../pipeline";
import { hasVaultPlugin } from "../plugins";
import { obtainServer } from "../server";
import { openSession, policyPack, type SessionOptions } from "../session";
import { loginAs } from "./identity";
import { readAsApp } from "./read";
import { refusals } from "./refusals";
import { seed } from "./seed";

/** What a sandbox shows, in order, with live progress. */
export function steps(options: SandboxOptions) {
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
          const platform = vaultWiring(context);
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
          const platform = vaultWiring(context);
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

/** What the application read must be what was put there, unless the key was there before. */
function compare(context: Context): void {
  const { values, read, written } = context;
  for (const { key, env } of Object.values(vaultWiring(context).references)) {
    const put = values.get(key);
    if (read[env] === undefined || put === undefined || !written.includes(key)) continue;
    if (read[env] !== fingerprint(put)) {
      throw new Error(
        `${env}: the application read ${read[env]} where ${fingerprint(put)} was put`,
      );
    }
  }
}
