import { findServer } from "../../../sandbox/openbao/find";
import { startServer } from "../../../sandbox/openbao/server";
import { record, VaultClient } from "../../../stores/vault/client";

/** A real OpenBao with the guide's KV engine, for the guide's names without any stack. */
export interface KvServer {
  readonly env: Readonly<Record<string, string>>;
  readonly root: VaultClient;
  /** The fields of an entry, of the current version or an older one; undefined where there is none. */
  fields(path: string, version?: number): Promise<Record<string, unknown> | undefined>;
  stop(): Promise<void>;
}

export async function startKvServer(mounts: readonly string[] = ["secret"]): Promise<KvServer> {
  const program = await findServer({ log: () => undefined });
  const server = await startServer({ program });
  const root = new VaultClient({ address: server.address, token: server.rootToken });
  for (const mount of mounts) {
    await root.ask("POST", `sys/mounts/${mount}`, { type: "kv", options: { version: "2" } });
    // The engine refuses everything until it has upgraded itself.
    for (let tries = 0; tries < 100; tries++) {
      if ((await root.call("GET", `${mount}/data/none`)).status === 404) break;
    }
  }
  return {
    env: { VAULT_ADDR: server.address, VAULT_TOKEN: server.rootToken },
    root,
    async fields(path, version = 0) {
      const { status, body } = await root.call("GET", `${path}?version=${String(version)}`);
      return status === 200 ? record(record(record(body)["data"])["data"]) : undefined;
    },
    stop: () => server.stop(),
  };
}
