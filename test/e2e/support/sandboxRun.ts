import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import execa, { type ExecaChildProcess } from "execa";
import { projectRoot } from "../../../sandbox/session";

/** `npm run sandbox`, or a command like it, with a folder for temporary files that is all its own, so that what it leaves can be seen. */
export interface SandboxRun {
  readonly child: ExecaChildProcess;
  readonly tmp: string;
  /** Files left, and processes that still run with this folder in their environment. */
  readonly left: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

export const startSandbox = (line: string, env: NodeJS.ProcessEnv = {}): Promise<SandboxRun> =>
  startRun(join("sandbox", "main.ts"), line, {
    VAULT_ADDR: undefined,
    VAULT_TOKEN: undefined,
    ...env,
  });

/** A command of the project's in the same way. */
export async function startRun(
  main: string,
  line: string,
  env: NodeJS.ProcessEnv,
): Promise<SandboxRun> {
  const tmp = await mkdtemp(join(tmpdir(), "secrets-test-"));
  const args = line.split(" ").filter((word) => word !== "");
  const child = execa("node", ["--import", "tsx", main, ...args], {
    ...{ cwd: projectRoot, reject: false, stdin: "ignore", all: true },
    env: { ...env, TMPDIR: tmp },
  });
  return {
    child,
    tmp,
    left: async () => {
      let found: readonly string[] = [];
      // What ends others by closing a pipe takes a moment.
      for (let tries = 0; tries < 100; tries++) {
        found = [...(await filesIn(tmp)), ...(await processesWith(tmp))];
        if (found.length === 0) return [];
        await sleep(100);
      }
      return found;
    },
    close: async () => {
      child.kill("SIGKILL");
      await child;
      await rm(tmp, { recursive: true, force: true });
    },
  };
}

/** The caches of Node, tsx and ts-node, which the SDK's loader of policy packs uses, are no leftovers. */
const filesIn = async (dir: string): Promise<string[]> =>
  (await readdir(dir)).filter((name) => !/^(tsx|ts-node|node-compile-cache)-/.test(name));

/** On Linux, by /proc; elsewhere none is found. */
async function processesWith(tmp: string): Promise<string[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const environment = await readFile(`/proc/${pid}/environ`, "utf8");
        return environment.includes(tmp) ? `${pid} ${await readlink(`/proc/${pid}/exe`)}` : "";
      } catch {
        return "";
      }
    }),
  );
  return found.filter((one) => one !== "");
}
