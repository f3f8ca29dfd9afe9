import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { goBuild } from "../goBuild";

export interface BuildOptions {
  readonly version: string;
  /** The engine ends up in `bin/` below it. */
  readonly root: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds the engine with Go from source/go.mod and source/go.sum.
 * @throws when there is no Go, or the modules cannot be had
 */
export async function buildEngine({ version, root, log, signal }: BuildOptions): Promise<void> {
  await mkdir(dirname(root), { recursive: true });
  await goBuild(
    {
      title: `Pulumi ${version}`,
      minutes: 5,
      programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
      stamps: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${version}` },
    },
    { source: join(__dirname, "source"), beside: dirname(root), log, signal },
    async (built) => {
      await mkdir(join(root, "bin"), { recursive: true });
      await rename(join(built, "pulumi"), join(root, "bin", "pulumi"));
    },
  );
}
