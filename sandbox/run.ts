import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { consumers } from "../infra/environment";
import { doormen, vaultWiring, type Context, type SandboxOptions } from "./context";
import type { SandboxReport } from "./report";
import { steps } from "./steps";
import { loginAs } from "./steps/identity";

/** A sandbox that stands, with what it showed. */
export interface Sandbox {
  readonly report: SandboxReport;
  /** Writes a file, readable by this user alone, with a short-lived token for each consumer. */
  writeTokens(): Promise<string>;
  close(): Promise<void>;
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
  const { server } = context;
  const platform = vaultWiring(context);
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
