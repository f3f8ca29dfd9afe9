import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Place } from "./place";

interface Pending {
  readonly type: string;
  readonly resource: {
    readonly urn: string;
    readonly type: string;
    readonly parent: string;
    readonly provider: string;
    readonly inputs: Readonly<Record<string, unknown>>;
  };
}

/** What cannot be created where it exists; every other type is written over. */
const mounts = ["vault:index/mount:Mount", "vault:index/authBackend:AuthBackend"];

/**
 * What a user would write for `pulumi import --file` after a kill: the mounts whose creation was cut off, by their
 * paths. https://www.pulumi.com/docs/iac/adopting-pulumi/import/#bulk-import-operations
 */
export async function importFile({ shell }: Place): Promise<string> {
  const { stdout } = await shell.pulumi("stack export -s dev");
  const { deployment } = JSON.parse(stdout) as {
    deployment: { pending_operations?: readonly Pending[] };
  };
  const pending = (deployment.pending_operations ?? [])
    .map(({ resource }) => resource)
    .filter(({ type }) => mounts.includes(type));
  const file = join(shell.dir, "import.json");
  const resources = pending.map(({ urn, type, inputs }, index) => ({
    type,
    name: urn.split("::").at(-1),
    id: inputs["path"],
    parent: `parent${String(index)}`,
    provider: "vault",
  }));
  const parents = pending.map(({ parent }, index) => [`parent${String(index)}`, parent] as const);
  // A reference to a provider is its URN and, after the last `::`, its id.
  const provider = pending[0]?.provider.split("::").slice(0, -1).join("::") ?? "";
  const nameTable = { ...Object.fromEntries(parents), vault: provider };
  await writeFile(file, JSON.stringify({ nameTable, resources }));
  return file;
}
