import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { auditStanza } from "../infra/vault/auditTrail";
import { ambientToken, VaultClient } from "../stores/vault/client";
import { cacheDir } from "./cache";
import { findServer } from "./openbao/find";
import { startServer } from "./openbao/server";
import { privateDir } from "./privateDir";

/** The server that a sandbox works on. */
export interface SandboxServer {
  readonly address: string;
  readonly rootToken: string;
  readonly product: "openbao" | "vault";
  readonly version: string;
  readonly origin: string;
  /** Ours is thrown away with all that is on it; the user's is left as it was found. */
  readonly own: boolean;
  /** Where audit files go. */
  readonly dir: string;
  /** Folder of the stack's workspace. */
  readonly workspace: string;
  readonly passphrase: string;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** The user's own server, from VAULT_ADDR. */
  readonly address: string | undefined;
  readonly product: "openbao" | "vault";
  /** The user says that a server beyond this machine may be worked on. */
  readonly confirmed: boolean;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The server named by VAULT_ADDR, else one of our own. */
export const obtainServer = (options: ServerOptions): Promise<SandboxServer> =>
  options.address === undefined ? ownServer(options) : usersServer(options.address, options);

async function ownServer({ log, signal }: ServerOptions): Promise<SandboxServer> {
  const program = await findServer({ log, signal });
  const device = (dir: string, name: string) => ({
    type: "file" as const,
    path: `${dir}/${name}.log`,
  });
  const server = await startServer({
    program,
    audit: (dir) =>
      program.product === "openbao"
        ? auditStanza({ primary: device(dir, "primary"), secondary: device(dir, "secondary") })
        : "",
  });
  const workspace = await privateDir();
  return {
    ...server,
    origin: program.origin,
    own: true,
    workspace: workspace.path,
    passphrase: randomBytes(24).toString("hex"),
    close: async () => {
      await Promise.all([server.stop(), workspace.remove()]);
    },
  };
}

const loopback = ["127.0.0.1", "[::1]", "localhost"];

async function usersServer(
  address: string,
  { product, confirmed }: ServerOptions,
): Promise<SandboxServer> {
  if (!loopback.includes(new URL(address).hostname) && !confirmed) {
    throw new Error(
      `VAULT_ADDR: ${address} is not on this machine, and the sandbox makes mounts, policies and roles on it; fix: unset VAULT_ADDR for a server of the sandbox's own, or confirm with --yes`,
    );
  }
  const rootToken = ambientToken();
  if (rootToken === undefined) {
    throw new Error(
      `VAULT_TOKEN: is not set, and ${address} needs one; fix: log in and set VAULT_TOKEN`,
    );
  }
  const { version } = await new VaultClient({ address }).ask("GET", "sys/seal-status");
  // What is made there outlives this process, so its state has to as well: a run that was cut off goes on.
  const workspace = cacheDir(
    "sandbox",
    createHash("sha256").update(address).digest("hex").slice(0, 16),
  );
  await mkdir(workspace, { recursive: true, mode: 0o700 });
  return {
    address,
    rootToken,
    product,
    version: String(version),
    origin: "VAULT_ADDR",
    own: false,
    dir: workspace,
    workspace,
    passphrase: await keptPassphrase(join(workspace, "passphrase")),
    close: () => Promise.resolve(),
  };
}

async function keptPassphrase(file: string): Promise<string> {
  try {
    await writeFile(file, randomBytes(24).toString("hex"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFile(file, "utf8");
}
