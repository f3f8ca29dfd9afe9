import { join } from "node:path";
import type { GuardOptions } from "../definitions/guard";
import { exitCodes } from "../exitCodes";
import { check } from "../guard/check";
import { repositoryAt, staged, tracked, type Repository } from "../guard/git";
import { install } from "../guard/hook";
import { reportOf, textOf } from "../guard/report";
import { ownValues } from "../guard/values";
import { result } from "../output";

/** Looks at what is staged, and fails when a key is in it. */
export async function guard(options: GuardOptions): Promise<void> {
  const repository = await repositoryAt(process.cwd());
  if (options.install === true) return installed(repository, options);
  const all = options.all === true;
  const changes = await (all ? tracked : staged)(repository);
  const own =
    changes.length === 0 ? { values: [], compared: {} } : await ownValues(repository.root);
  const findings = await check(repository, changes, own);
  const circumstances = { all, born: await hasCommit(repository) };
  const report = reportOf(findings, changes.length, own.compared, circumstances);
  result(report, textOf(report, circumstances), options.json);
  if (findings.length > 0) process.exitCode = exitCodes.failed;
}

async function installed(repository: Repository, { json }: GuardOptions): Promise<void> {
  const done = await install(repository, join(__dirname, "..", "bin.mjs"));
  const { outcome, file, line, scope } = done;
  const whose =
    scope === undefined
      ? "is a hook of somebody else's"
      : `is the hook of more repositories than this one (core.hooksPath is ${scope})`;
  const text =
    outcome === "foreign"
      ? `guard: ${file} ${whose}, and is as it was; fix: add this line to it\n  ${line} || exit 1`
      : `guard: ${outcome}: ${file}`;
  result(done, text, json);
  if (outcome === "foreign") process.exitCode = exitCodes.failed;
}

const hasCommit = ({ git }: Repository): Promise<boolean> =>
  git("rev-parse", "--quiet", "--verify", "HEAD").then(
    () => true,
    () => false,
  );
