import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import execa from "execa";
import { sourceOf, toolSets, type ToolSetName } from "./toolSets";

export interface BuildOptions {
  readonly set: ToolSetName;
  /** Folder in which the programs end up. */
  readonly bin: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds the programs with Go from a go.mod and go.sum, whose hashes pin every module. Into a folder of its own first,
 * which is renamed once it is whole, so that a build that is cut off leaves nothing that looks like programs.
 * @throws when there is no Go, or the modules cannot be had
 */
export async function buildTools({ set, bin, log, signal }: BuildOptions): Promise<void> {
  const { title, minutes, programs, stamps, tags = "" } = toolSets[set];
  await mkdir(dirname(bin), { recursive: true });
  const work = await mkdtemp(join(dirname(bin), "build-"));
  const go = (args: readonly string[]) => {
    signal?.throwIfAborted();
    // A checkout's own workspace or vendoring must not leak in.
    const child = execa("go", args, {
      cwd: join(work, "source"),
      env: { GOWORK: "off", GOFLAGS: "-mod=readonly", CGO_ENABLED: "0" },
    });
    const abort = (): void => {
      child.kill("SIGTERM");
    };
    signal?.addEventListener("abort", abort, { once: true });
    return child;
  };
  try {
    await cp(sourceOf(set), join(work, "source"), { recursive: true });
    await go(["version"]);
    log(`building ${title} with Go: about ${String(minutes)} min on 2 cores, once`);
    const mains = Object.values(programs);
    const packages = (await go(["list", "-deps", "-tags", tags, ...mains])).stdout.split(
      "\n",
    ).length;
    const tell = progress(packages, log);
    const variables = Object.entries(stamps).map(([variable, value]) => `-X ${variable}=${value}`);
    const linked = ["-s -w", ...variables].join(" ");
    const flags = ["-v", "-trimpath", "-tags", tags, "-ldflags", linked];
    for (const [name, main] of Object.entries(programs)) {
      const build = go(["build", ...flags, "-o", join(work, "bin", name), main]);
      build.stderr?.on("data", tell);
      await build;
    }
    await rm(bin, { recursive: true, force: true });
    await rename(join(work, "bin"), bin);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** `go build -v` names each package that it compiles; those in Go's own cache it skips. */
function progress(packages: number, log: (line: string) => void): (chunk: Buffer) => void {
  const started = Date.now();
  let done = 0;
  let told = started;
  return (chunk) => {
    done += chunk.toString().split("\n").length - 1;
    const now = Date.now();
    if (now - told < 5000) return;
    told = now;
    const left = ((now - started) / done) * Math.max(packages - done, 0);
    log(
      `compiled ${String(done)} of at most ${String(packages)} packages, ${String(Math.ceil(left / 60_000))} min left`,
    );
  };
}
