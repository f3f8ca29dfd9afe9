import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { VaultClient } from "../../stores/vault/client";
import { freePort, startTied, type TiedProcess } from "../processes";
import type { ServerProgram } from "./find";

/** A server of our own, on loopback, in memory: it and its folder are gone when this process is. */
export interface RunningServer {
  readonly address: string;
  readonly rootToken: string;
  /** What it says of itself. */
  readonly version: string;
  readonly product: ServerProgram["product"];
  /** Private folder, for audit files and the like. */
  readonly dir: string;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly program: ServerProgram;
  /** The `audit` part of the server's configuration, for files in the server's private folder. */
  readonly audit?: (dir: string) => string;
  /** Leave it sealed, to see what happens then. @default false */
  readonly sealed?: boolean;
}

/** How long a server may take until it answers. Milliseconds. */
const startTimeout = 30_000;

/**
 * Starts a server, initializes it with one key share that is kept nowhere, and unseals it.
 * @throws with what the server wrote, when it does not come up
 */
export async function startServer({
  program,
  audit,
  sealed,
}: StartOptions): Promise<RunningServer> {
  const dir = await mkdtemp(join(tmpdir(), "promptsentinel-"));
  const auditDir = join(dir, "audit");
  await mkdir(auditDir);
  const port = await freePort();
  const address = `http://127.0.0.1:${String(port)}`;
  // In a container the listener is the container's own; docker publishes it on loopback alone.
  const listen = program.kind === "docker" ? "0.0.0.0:8200" : `127.0.0.1:${String(port)}`;
  const folder = program.kind === "docker" ? "/sandbox/audit" : auditDir;
  const config = `storage "inmem" {}
listener "tcp" {
  address     = "${listen}"
  tls_disable = true
}
api_addr      = "${address}"
disable_mlock = true
${audit?.(folder) ?? ""}`;
  const file = join(dir, "server.hcl");
  await writeFile(file, config, { mode: 0o600 });

  const tied = startTied(...command(program, file, dir, port), { owns: dir });
  try {
    const client = new VaultClient({ address });
    await answering(client, tied);
    const { root_token: rootToken, keys } = await client.ask("PUT", "sys/init", {
      secret_shares: 1,
      secret_threshold: 1,
    });
    if (sealed !== true) {
      const [key] = keys as [string];
      await client.ask("PUT", "sys/unseal", { key });
      await active(client);
    }
    const { version } = await client.ask("GET", "sys/seal-status");
    return {
      address,
      rootToken: String(rootToken),
      version: String(version),
      product: program.product,
      dir: auditDir,
      stop: () => tied.stop(),
    };
  } catch (error) {
    await tied.stop();
    throw error;
  }
}

function command(
  program: ServerProgram,
  file: string,
  dir: string,
  port: number,
): [string, readonly string[]] {
  if (program.kind === "binary") return [program.location, ["server", `-config=${file}`]];
  const publish = `127.0.0.1:${String(port)}:8200`;
  const run = ["run", "--rm", "--init", "--publish", publish, "--volume", `${dir}:/sandbox`];
  return ["docker", [...run, program.location, "server", "-config=/sandbox/server.hcl"]];
}

/** Waits for the port, and no longer than the process lives. */
async function answering(client: VaultClient, { ended }: TiedProcess): Promise<void> {
  const died = ended.then(({ output, exitCode }) => {
    throw new Error(`openbao: the server ended with ${String(exitCode)}\n${output}`);
  });
  died.catch(() => undefined);
  const up = async (): Promise<void> => {
    const deadline = Date.now() + startTimeout;
    for (;;) {
      try {
        await client.call("GET", "sys/seal-status");
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await sleep(50);
    }
  };
  await Promise.race([up(), died]);
}

/** An unsealed server takes a moment to become the active one. */
async function active(client: VaultClient): Promise<void> {
  const deadline = Date.now() + startTimeout;
  for (;;) {
    const { status } = await client.call("GET", "sys/health");
    if (status === 200) return;
    if (Date.now() > deadline) {
      throw new Error(`openbao: the server answers ${String(status)} after unsealing`);
    }
    await sleep(50);
  }
}
