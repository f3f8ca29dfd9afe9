import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { stringify } from "yaml";
import { projectRoot } from "../../../sandbox/session";
import { projectName } from "../../../stacks/config";
import type { Recorded } from "../../support/mocks";

interface Exported {
  readonly deployment: {
    readonly resources: readonly {
      readonly urn: string;
      readonly type: string;
      readonly custom: boolean;
      readonly inputs?: Record<string, unknown>;
      readonly outputs?: Record<string, unknown>;
      readonly parent?: string;
      readonly retainOnDelete?: boolean;
    }[];
  };
}

/** A resource as the engine recorded it. */
export type Up = Pick<
  Recorded,
  "name" | "type" | "custom" | "inputs" | "parent" | "retainOnDelete"
> & {
  readonly outputs: Readonly<Record<string, unknown>>;
};

/** What the engine has in its checkpoint after an up of the config: the rehearsal's own export. */
export async function recordedUp(raw: Readonly<Record<string, unknown>>): Promise<readonly Up[]> {
  const dir = await mkdtemp(join(tmpdir(), "secrets-test-"));
  try {
    const config = join(dir, "config.yaml");
    const file = join(dir, "checkpoint.json");
    const settings = Object.entries(raw).map(
      ([key, value]) => [`${projectName}:${key}`, value] as const,
    );
    await writeFile(config, stringify({ config: Object.fromEntries(settings) }));
    const options = ["--stack", "prod", "--config", config, "--up", "--export", file, "--json"];
    await execa("node", ["--import", "tsx", join("sandbox", "rehearsal", "main.ts"), ...options], {
      cwd: projectRoot,
      env: { TMPDIR: dir },
    });
    const { deployment } = JSON.parse(await readFile(file, "utf8")) as Exported;
    return deployment.resources.map(
      ({ urn, type, custom, inputs = {}, outputs = {}, parent, retainOnDelete = false }) => ({
        ...{ name: urn.split("::").at(-1) ?? "", type, custom, inputs, outputs, parent },
        retainOnDelete,
      }),
    );
  } finally {
    await rm(dir, { recursive: true });
  }
}
