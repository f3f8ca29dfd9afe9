import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { PipelineIssuer } from "../../../sandbox/pipeline";
import { projectRoot } from "../../../sandbox/session";
import { projectName } from "../../../stacks/config";

/** What `pulumi` and the commands need of a checkout. */
const parts = [
  ...["Pulumi.yaml", "package.json", "tsconfig.json"],
  ...["infra", "stacks", "policies", "stores", "cli", "sandbox"],
];

/** A copy of the checkout, so that commands find it as a user's and no test writes into the real one. */
export async function copyCheckout(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const part of parts) await cp(join(projectRoot, part), join(dir, part), { recursive: true });
  await symlink(join(projectRoot, "node_modules"), join(dir, "node_modules"));
}

/** What differs from the checkout's Pulumi.dev.yaml. */
export interface StackFileOptions {
  readonly server: { readonly address: string; readonly dir: string };
  readonly pipeline: PipelineIssuer;
  /** Settings by path below the project's namespace. */
  readonly settings?: readonly (readonly [path: readonly string[], value: unknown])[];
}

/** Writes the dev stack's config for a server of the test. */
export async function writeStackFile(
  dir: string,
  { server, pipeline, settings = [] }: StackFileOptions,
): Promise<void> {
  const document = parseDocument(await readFile(join(projectRoot, "Pulumi.dev.yaml"), "utf8"));
  const all = [
    [["vault", "address"], server.address],
    [["vault", "auth", "jwt", "publicKeys"], [pipeline.publicKey]],
    ...["primary", "secondary"].map((device) => [
      ["vault", "audit", "devices", device, "path"],
      join(server.dir, `${device}.log`),
    ]),
    ...settings,
  ] as (readonly [readonly string[], unknown])[];
  for (const [[section = "", ...rest], value] of all) {
    document.setIn(["config", `${projectName}:${section}`, ...rest], value);
  }
  await writeFile(join(dir, "Pulumi.dev.yaml"), document.toString());
}
