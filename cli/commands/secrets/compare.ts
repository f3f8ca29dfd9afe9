import type { Wiring } from "../../../infra/wiring/document";
import { deploymentWords } from "../../deploymentWords";
import type { CompareOptions } from "../../definitions/secrets";
import { exitCodes } from "../../exitCodes";
import { result, UsageError } from "../../output";
import { during } from "../../progress";
import { storeNamed } from "../../target";
import { together } from "../../together";
import { readWiring } from "../../wiringDocument";
import { comparisonOf, type Comparison, type Read, type Stage } from "./comparison";
import { readStage, storesOf } from "./readStage";
import { samePlaces } from "./samePlaces";

/**
 * Says whether two deployments share a value. Both are read into memory, by somebody who may read both; nothing is kept
 * or shown by which values could be compared later.
 */
export async function compare(options: CompareOptions): Promise<void> {
  const [named] = together(
    () => options.in?.map(storeNamed),
    () => {
      bothNamed(options);
    },
  );
  const [ours, theirs] = await Promise.all([
    readWiring(options),
    readWiring({ stack: options.with, file: options.withFile }, "--with-file"),
  ]);
  const stages = labelled(ours, theirs, options);
  const shared = samePlaces(stages);
  if (shared.length > 0) throw new Error(shared.join("\n"));
  const stores = stages.map((stage) => storesOf(stage, named));
  const title = `reading the keys of ${stages.map(({ label }) => label).join(" and ")}`;
  const read = await during(title, async (say) => {
    const all: (readonly Read[])[] = [];
    // One after the other: each has its own credentials, which the SDKs take from the environment.
    for (const [index, stage] of stages.entries()) {
      say(stage.label);
      all.push(await readStage(stage, stores[index] ?? []));
    }
    return all;
  });
  const [mine = [], its = []] = read;
  report(comparisonOf(mine, its), stages, options);
}

function bothNamed({ stack, file, with: other, withFile }: CompareOptions): void {
  const missing = [
    ...(stack === undefined && file === undefined ? ["--stack or --file"] : []),
    ...(other === undefined && withFile === undefined ? ["--with or --with-file"] : []),
  ];
  if (missing.length > 0) {
    throw new UsageError(
      `compare: ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing; expected: two deployments; fix: \`secrets compare --stack dev --with prod\``,
    );
  }
  if (file === "-" && withFile === "-") {
    throw new UsageError("compare: both documents are on stdin; fix: give one of them as a file");
  }
}

/** By their stages; where that is one, by what was typed too. */
function labelled(ours: Wiring, theirs: Wiring, options: CompareOptions): readonly [Stage, Stage] {
  const different = ours.stage !== theirs.stage;
  const label = ({ stage }: Wiring, typed = "") => (different ? stage : `${stage} (${typed})`);
  return [
    {
      label: label(ours, options.file ?? options.stack),
      wiring: ours,
      env: {},
    },
    {
      label: label(theirs, options.withFile ?? options.with),
      wiring: theirs,
      env: othersIn(process.env),
    },
  ];
}

/** The other deployment can need other credentials: WITH_VAULT_TOKEN is its VAULT_TOKEN. */
export const othersIn = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith("WITH_") && value !== undefined ? [[name.slice("WITH_".length), value]] : [],
    ),
  );

function report(
  { same, unread, compared }: Comparison,
  [ours, theirs]: readonly [Stage, Stage],
  options: CompareOptions,
): void {
  const lines = [
    ...same.map(
      ([one, other]) =>
        `${one.stage} ${one.key} (${one.store}) and ${other.stage} ${other.key} (${other.store}) have the same value; fix: mint a key of its own for one of the stages; ${one.stage} takes it by \`secrets put ${one.key} --rotate --to ${one.store}${deploymentWords(options)}\``,
    ),
    ...unread.map(({ stage, key, problem }) => `${stage} ${key}: ${problem}`),
    same.length === 0
      ? `${ours.label} and ${theirs.label} share no value, of ${String(compared)} that were read`
      : `${ours.label} and ${theirs.label} SHARE values`,
  ];
  result(
    { stages: [ours.label, theirs.label], same, unread, compared },
    lines.join("\n"),
    options.json,
  );
  if (same.length > 0) process.exitCode = exitCodes.failed;
  else if (unread.length > 0 || compared === 0) process.exitCode = exitCodes.unknown;
}
