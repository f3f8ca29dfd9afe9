import { cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";

/** Programs that are built together, because they come from one go.mod. */
export interface GoPrograms {
  /** For messages. */
  readonly title: string;
  /** How long a first build takes on 2 cores. */
  readonly minutes: number;
  /** The package of each program's `main`. */
  readonly programs: Readonly<Record<string, string>>;
  /** What a release's own build writes into its variables, so that the programs say which version they are. */
  readonly stamps: Readonly<Record<string, string>>;
  /** Build tags that leave out what is not needed. @default none */
  readonly tags?: string;
}

export interface GoBuildOptions {
  /** Folder with the go.mod and go.sum, whose hashes pin every module. */
  readonly source: string;
  /** Folder for the work, of the file system on which the programs end up: they are taken by a rename. */
  readonly beside: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds programs with Go in a folder of their own, so that a build that is cut off leaves nothing that looks like them.
 * @param take moves them out of the folder that it is given, which is gone afterwards
 * @throws when there is no Go, or the modules cannot be had
 */
export async function goBuild(
  { title, minutes, programs, stamps, tags = "" }: GoPrograms,
  { source, beside, log, signal }: GoBuildOptions,
  take: (bin: string) => Promise<void>,
): Promise<void> {
  const work = await mkdtemp(join(beside, "build-"));
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
    await cp(source, join(work, "source"), { recursive: true });
    // Where there is no Go, nothing is announced.
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
    await take(join(work, "bin"));
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
