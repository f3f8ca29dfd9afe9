import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import execa from "execa";

export interface BuildOptions {
  readonly version: string;
  /** The engine ends up in `bin/` below it. */
  readonly root: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const main = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const stamp = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds the engine with Go from source/go.mod and source/go.sum, whose hashes pin every module. Into a folder of
 * its own first, so that a build that is cut off leaves nothing that looks like an engine.
 * @throws when there is no Go, or the modules cannot be had
 */
export async function buildEngine({ version, root, log, signal }: BuildOptions): Promise<void> {
  await mkdir(dirname(root), { recursive: true });
  const work = await mkdtemp(join(dirname(root), "build-"));
  const go = (args: readonly string[]) => {
    // A checkout's own workspace or vendoring must not leak in.
    const child = execa("go", args, {
      cwd: work,
      env: { GOWORK: "off", GOFLAGS: "-mod=readonly", CGO_ENABLED: "0" },
    });
    const abort = (): void => {
      child.kill("SIGTERM");
    };
    signal?.addEventListener("abort", abort, { once: true });
    return child;
  };
  try {
    await cp(join(__dirname, "source"), work, { recursive: true });
    log(`building Pulumi ${version} with Go: about 5 minutes on 2 cores, once`);
    const packages = (await go(["list", "-deps", main])).stdout.split("\n").length;
    const flags = `-s -w -X ${stamp}=v${version}`;
    const build = go(["build", "-v", "-trimpath", "-ldflags", flags, "-o", "bin/pulumi", main]);
    build.stderr?.on("data", progress(packages, log));
    await build;
    await mkdir(join(root, "bin"), { recursive: true });
    await rename(join(work, "bin", "pulumi"), join(root, "bin", "pulumi"));
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
