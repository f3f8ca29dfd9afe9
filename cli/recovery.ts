import { hostname } from "node:os";
import execa from "execa";
import type { Stack } from "@pulumi/pulumi/automation";
import type { StackConfig } from "../infra/config";
import type { Pending } from "../infra/contracts/platform";

/** What a recovery did with the creations that were cut off. */
export interface Recovery {
  /** URNs of resources that exist and are in the state again. */
  readonly imported: readonly string[];
  /** URNs of resources that were never made. */
  readonly cleared: readonly string[];
}

interface Resource extends Pending {
  readonly urn: string;
}

/** The parts of an exported deployment that matter here: https://www.pulumi.com/docs/iac/concepts/state-and-backends/ */
interface Deployment {
  readonly resources?: readonly unknown[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: Resource }[];
}

export interface RecoveryOptions {
  /** Remove a lock whose owner cannot be checked from this machine. */
  readonly unlock: boolean;
  readonly log: (line: string) => void;
}

/**
 * After a kill the engine holds a lock, and creations of which it does not know whether they happened. Asks the
 * servers, takes what exists into the state by its id, forgets what does not, and refreshes. It changes nothing on a
 * server, and the state in one write: killed itself, it can be run again.
 * @throws when the lock's owner is alive or unknown, or a server cannot be asked
 */
export async function recoverStack(
  stack: Stack,
  config: StackConfig,
  options: RecoveryOptions,
): Promise<Recovery> {
  const engine = engineOf(stack, options);
  // Not by the Automation API: it decrypts the state and puts it into a temporary file that everybody can read.
  const exported = JSON.parse(await engine(["stack", "export"])) as { deployment?: Deployment };
  const { resources = [], pending_operations: operations = [] } = exported.deployment ?? {};
  const pending = operations.filter(({ type }) => type === "creating");

  const found: object[] = [];
  const imported: string[] = [];
  const cleared: string[] = [];
  for (const { resource } of pending) {
    const id = await existing(resource, config);
    options.log(`${resource.urn}: ${id === undefined ? "was not made" : `exists as ${id}`}`);
    if (id === undefined) cleared.push(resource.urn);
    else {
      imported.push(resource.urn);
      // The refresh reads the rest by the id. An operation begins once what it needs is there, so the order of the
      // operations is one in which they can stand in the state.
      found.push({ ...resource, id, outputs: resource.inputs });
    }
  }
  if (pending.length > 0) {
    const deployment = {
      ...exported.deployment,
      resources: [...resources, ...found],
      pending_operations: operations.filter(({ type }) => type !== "creating"),
    };
    await engine(["stack", "import"], JSON.stringify({ ...exported, deployment }));
  }
  await engine(["refresh", "--yes", "--skip-preview", "--suppress-outputs"]);
  return { imported, cleared };
}

async function existing(pending: Pending, config: StackConfig): Promise<string | undefined> {
  const { environment, ci } = config;
  for (const { platform, settings } of config.platforms) {
    const id = await platform.existingId(pending, { environment, settings, ci });
    if (id !== undefined) return id;
  }
  return undefined;
}

type EngineCall = (args: readonly string[], input?: string) => Promise<string>;

/** The engine's own command on a stack; a lock that a dead process has left is taken away. */
function engineOf(stack: Stack, { unlock, log }: RecoveryOptions): EngineCall {
  const { pulumiCommand, workDir, envVars } = stack.workspace;
  const run: EngineCall = async (args, input) => {
    const all = [...args, "--stack", stack.name, "--non-interactive"];
    const options = { cwd: workDir, env: envVars };
    // A command that ends without having read its input would fail by that.
    const stdin = input === undefined ? { stdin: "ignore" as const } : { input };
    return (await execa(pulumiCommand.command, all, { ...options, ...stdin })).stdout;
  };
  return async (args, input) => {
    try {
      return await run(args, input);
    } catch (error) {
      const lock = lockOwner(error);
      if (lock === undefined) throw error;
      if (!unlock && !isDead(lock)) throw stillLocked(lock);
      log(`removing the lock of ${lock.text}`);
      await run(["cancel", "--yes"]);
      return await run(args, input);
    }
  };
}

interface LockOwner {
  readonly text: string;
  readonly host: string;
  readonly pid: number;
}

/** From the engine's message: `created by user@host (pid 123) at 2026-…`. */
function lockOwner(error: unknown): LockOwner | undefined {
  const found = /created by (\S+)@(\S+) \(pid (\d+)\)/.exec(String(error));
  if (!found) return undefined;
  const [, user = "", host = "", pid = ""] = found;
  return { text: `${user}@${host} (pid ${pid})`, host, pid: Number(pid) };
}

/** Only a process of this machine can be told to be gone. */
function isDead({ host, pid }: LockOwner): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

const stillLocked = (lock: LockOwner): Error =>
  new Error(
    `lock: the stack is locked by ${lock.text}, ${lock.host === hostname() ? "which is running" : "on another machine"}; fix: wait for it, or run this again with --unlock once you know that it is gone`,
  );
