import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Repository } from "./git";

/** What became of the hook. `foreign`: somebody else's is there, and is as it was. */
export interface Installed {
  readonly outcome: "installed" | "there already" | "foreign";
  readonly file: string;
  /** What calls the check, for a hook of somebody else's. */
  readonly line: string;
  /** Where core.hooksPath is set for more than this repository: `global`, `system` or `command`. */
  readonly scope?: string;
}

const mark =
  "# Written by `promptsentinel-secrets guard --install`; run it again when this project was moved.";

/** For a shell; git runs hooks by one on Windows too. */
const quoted = (text: string): string => `'${text.replaceAll("\\", "/").replaceAll("'", "'\\''")}'`;

/**
 * Makes the check the repository's pre-commit hook, where git looks for it: core.hooksPath too.
 * https://git-scm.com/docs/githooks#_pre_commit
 * @param bin the command's own file
 */
export async function install({ root, git }: Repository, bin: string): Promise<Installed> {
  const file = resolve(
    root,
    (await git("rev-parse", "--git-path", "hooks/pre-commit")).toString().replace(/\n$/, ""),
  );
  const line = `node ${quoted(bin)} guard`;
  const found = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (found !== undefined && !found.includes(mark)) {
    // Whoever added the line knows where.
    const calls = found.split("\n").some((one) => !/^\s*#/.test(one) && one.includes(line));
    return { outcome: calls ? "there already" : "foreign", file, line };
  }
  const wanted = script(bin);
  const scope = found === wanted ? undefined : await sharedScope(git);
  if (scope !== undefined) return { outcome: "foreign", file, line, scope };
  if (found !== wanted) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, wanted, { mode: 0o755 });
  }
  await chmod(file, 0o755);
  return { outcome: found === wanted ? "there already" : "installed", file, line };
}

/**
 * Where core.hooksPath is set, unless by the repository itself or not at all: else a hook there is one of every
 * repository of the user. https://git-scm.com/docs/git-config#Documentation/git-config.txt---show-scope
 */
async function sharedScope(git: Repository["git"]): Promise<string | undefined> {
  const answer = await git("config", "--show-scope", "--get", "core.hooksPath").catch(
    (error: unknown) => {
      // 1 is that there is none.
      if ((error as { readonly exitCode?: number }).exitCode === 1) return undefined;
      throw error;
    },
  );
  const scope = answer?.toString().split("\t")[0];
  return scope === undefined || ["local", "worktree"].includes(scope) ? undefined : scope;
}

/** A client with windows may have no `node` on its PATH. Without the check nothing is committed. */
const script = (bin: string): string => `#!/bin/sh
${mark}
node=${quoted(process.execPath)}
bin=${quoted(bin)}
[ -x "$node" ] || node=node
if [ ! -f "$bin" ]; then
  echo "guard: $bin is gone; fix: run 'guard --install' again from where the project is, or remove $0" >&2
  exit 1
fi
exec "$node" "$bin" guard
`;
