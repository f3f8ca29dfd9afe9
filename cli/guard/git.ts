import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import execa from "execa";
import { UsageError } from "../output";

/** A repository's work tree. */
export interface Repository {
  /** Its top folder. */
  readonly root: string;
  /** Runs git at the top. The answer is bytes: names of files need not be text. */
  readonly git: (...args: readonly string[]) => Promise<Buffer>;
}

/**
 * The repository around a folder. A hook gets the commit's own index by GIT_INDEX_FILE, which git's calls here inherit.
 * @throws UsageError where there is none, or no work tree
 */
export async function repositoryAt(dir: string): Promise<Repository> {
  const { stdout, exitCode, stderr, failed } = await execa(
    "git",
    ["rev-parse", "--show-toplevel"],
    { cwd: dir, reject: false },
  );
  // What cannot be started has no code.
  if (failed && (exitCode as number | undefined) !== undefined) {
    throw new UsageError(
      `guard: ${dir} is not in the work tree of a git repository (${stderr.split("\n")[0] ?? ""}); fix: run it inside of one`,
    );
  }
  if (failed) throw new Error("guard: git could not be started; fix: install git");
  const root = resolve(dir, stdout);
  return {
    root,
    git: async (...args) => {
      const bytes = { encoding: null, stripFinalNewline: false, maxBuffer: 2 ** 30 };
      return (await execa("git", args, { cwd: root, stdin: "ignore", ...bytes })).stdout;
    },
  };
}

/** A staged file, and what it was before: more than one blob where a merge has several parents. */
export interface Change {
  readonly path: string;
  readonly blob: string;
  readonly before: readonly string[];
}

/**
 * What a commit would bring: added, changed, renamed files of the index. What a merge takes over from any of its
 * parents is in the history already, so a file counts when it differs from all of them.
 */
export async function staged(repository: Repository): Promise<readonly Change[]> {
  const [first = new Map<string, Change>(), ...others] = await Promise.all(
    (await parents(repository)).map((parent) => differences(repository, parent)),
  );
  return [...first.values()].flatMap((change) => {
    const all = others.map((one) => one.get(change.path));
    return all.includes(undefined)
      ? []
      : [{ ...change, before: [change, ...all].flatMap((one) => one?.before ?? []) }];
  });
}

/** All files of the index, as new. */
export async function tracked({ git }: Repository): Promise<readonly Change[]> {
  const entries = fields(await git("ls-files", "--stage", "-z"));
  return entries.flatMap((entry): Change[] => {
    const [, mode = "", blob = "", path = ""] = /^(\d+) ([\da-f]+) \d\t([^]*)$/.exec(entry) ?? [];
    return mode === submodule || path === "" ? [] : [{ path, blob, before: [] }];
  });
}

async function parents({ git, root }: Repository): Promise<readonly string[]> {
  const head = await git("rev-parse", "--quiet", "--verify", "HEAD^{commit}").catch(
    () => undefined,
  );
  // Before the first commit all is new, so it is compared with an empty tree.
  const base = head ?? (await git("hash-object", "-t", "tree", "--stdin"));
  const file = (await git("rev-parse", "--git-path", "MERGE_HEAD")).toString().trim();
  const merged = await readFile(resolve(root, file), "utf8").catch(() => "");
  return [base.toString().trim(), ...merged.split("\n").filter((line) => line !== "")];
}

const submodule = "160000";

/** https://git-scm.com/docs/git-diff-index#_raw_output_format; without a name, `D` is left out: it brings nothing. */
async function differences({ git }: Repository, parent: string): Promise<Map<string, Change>> {
  const options = ["--cached", "--raw", "-z", "--no-abbrev", "--find-renames"];
  const raw = fields(await git("diff-index", ...options, "--diff-filter=AMRT", parent));
  const changes = new Map<string, Change>();
  for (let at = 0; at < raw.length;) {
    const [, mode = "", old = "", blob = "", kind = ""] =
      /^:\d+ (\d+) ([\da-f]+) ([\da-f]+) (\w)/.exec(raw[at] ?? "") ?? [];
    const path = raw[at + (kind === "R" ? 2 : 1)] ?? "";
    at += kind === "R" ? 3 : 2;
    if (mode !== submodule) {
      changes.set(path, { path, blob, before: /^0+$/.test(old) ? [] : [old] });
    }
  }
  return changes;
}

const fields = (answer: Buffer): readonly string[] =>
  answer
    .toString("utf8")
    .split("\0")
    .filter((field) => field !== "");
