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

interface PendingOperation {
  readonly type: string;
  readonly resource: Pending & { readonly urn: string };
}

export interface RecoveryOptions {
  /** Remove a lock whose owner cannot be checked from this machine. */
  readonly unlock: boolean;
  readonly log: (line: string) => void;
}

/**
 * After a kill the engine holds a lock, and creations of which it does not know whether they happened. Asks the
 * servers, imports what exists, forgets what does not, and refreshes. It changes nothing on a server.
 * @throws when the lock's owner is alive or unknown, or a server cannot be asked
 */
export async function recoverStack(
  stack: Stack,
  config: StackConfig,
  { unlock, log }: RecoveryOptions,
): Promise<Recovery> {
  const exported = await stack.exportStack();
  const deployment = exported.deployment as { pending_operations?: PendingOperation[] } | undefined;
  const pending = (deployment?.pending_operations ?? []).filter(({ type }) => type === "creating");

  const imports: string[] = [];
  const imported: string[] = [];
  const cleared: string[] = [];
  for (const { resource } of pending) {
    const id = await existing(resource, config);
    log(`${resource.urn}: ${id === undefined ? "was not made" : `exists as ${id}`}`);
    if (id === undefined) cleared.push(resource.urn);
    else {
      imported.push(resource.urn);
      imports.push("--import-pending-creates", resource.urn, "--import-pending-creates", id);
    }
  }
  await refresh(stack, ["--clear-pending-creates", ...imports], unlock, log);
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

/** The Automation API has no way to import pending creations, so this calls the engine's own command. */
async function refresh(
  stack: Stack,
  flags: readonly string[],
  unlock: boolean,
  log: (line: string) => void,
): Promise<void> {
  const { pulumiCommand, workDir, envVars } = stack.workspace;
  const run = (args: string[]) =>
    execa(pulumiCommand.command, [...args, "--stack", stack.name, "--non-interactive"], {
      cwd: workDir,
      env: envVars,
    });
  const args = ["refresh", "--yes", "--skip-preview", "--suppress-outputs", ...flags];
  try {
    await run(args);
  } catch (error) {
    const lock = lockOwner(error);
    if (lock === undefined) throw error;
    if (!unlock && !isDead(lock)) throw stillLocked(lock);
    log(`removing the lock of ${lock.text}`);
    await run(["cancel", "--yes"]);
    await run(args);
  }
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
