import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTied } from "./processes";

/** A folder that only this user can enter, and that is gone when this process is, however it ends. */
export interface PrivateDir {
  readonly path: string;
  remove(): Promise<void>;
}

export async function privateDir(): Promise<PrivateDir> {
  // mkdtemp gives 0700: https://nodejs.org/api/fs.html#fspromisesmkdtempprefix-options
  const path = await mkdtemp(join(tmpdir(), "promptsentinel-"));
  const owner = startTied("tail", ["-f", "/dev/null"], { owns: path });
  return { path, remove: () => owner.stop() };
}
