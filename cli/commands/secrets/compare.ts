import type { Wiring } from "../../../infra/wiring/document";
import { isStoreError } from "../../../stores/errors";
import { storeNames, type StoreName } from "../../../stores/store";
import { forbidCoreDumps } from "../../coreDumps";
import type { CompareOptions } from "../../definitions/secrets";
import { exitCodes } from "../../exitCodes";
import { result, UsageError } from "../../output";
import { during, tell } from "../../progress";
import { openTarget, storeNamed } from "../../target";
import { together } from "../../together";
import { readWiring } from "../../wiringDocument";
import { comparisonOf, type Comparison, type Read, type Stage } from "./comparison";
import { readIfAllowed } from "./facts";
import { samePlaces } from "./samePlaces";

/**
 * Says whether two deployments share a value. Both are read into memory, at one time, by somebody who may read both;
 * nothing is kept or shown by which values could be compared later.
 */
export async function compare(options: CompareOptions): Promise<void> {
  forbidCoreDumps();
  const [named] = together(
    () => options.in?.map(storeNamed),
    () => {
      bothNamed(options);
    },
  );
  const [ours, theirs] = await Promise.all([
    readWiring(options),
    readWiring({ stack: options.with, file: options.withFile }),
  ]);
  const stages = labelled(ours, theirs, options);
  const shared = samePlaces(stages);
  if (shared.length > 0) throw new Error(shared.join("\n"));
  const read = await during(
    `reading the keys of ${stages.map(({ label }) => label).join(" and ")}`,
    () => Promise.all(stages.map((stage) => readStage(stage, named))),
  );
  report(comparisonOf(read.flat()), stages, options.json);
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
      env: process.env,
    },
    {
      label: label(theirs, options.withFile ?? options.with),
      wiring: theirs,
      env: environmentWith(process.env),
    },
  ];
}

/** The other deployment can need other credentials: WITH_VAULT_TOKEN is its VAULT_TOKEN. */
export const environmentWith = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  ...Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith("WITH_") ? [[name.slice("WITH_".length), value]] : [],
    ),
  ),
});

async function readStage(
  stage: Stage,
  named: readonly StoreName[] | undefined,
): Promise<readonly Read[]> {
  const own = storeNames.filter((name) => stage.wiring.platforms[name] !== undefined);
  const names = own.filter((name) => named === undefined || named.includes(name));
  if (names.length === 0) {
    throw new UsageError(
      `--in: ${stage.label} has none of these stores; it has: ${own.join(", ") || "none"}; fix: name one of its own`,
    );
  }
  return (await Promise.all(names.map((name) => readStore(stage, name)))).flat();
}

async function readStore(stage: Stage, name: StoreName): Promise<readonly Read[]> {
  const { store, places } = openTarget(name, { ...stage, note: tell });
  try {
    return await Promise.all(
      [...places.values()].map(async (place): Promise<Read> => {
        const at = { stage: stage.label, store: name, key: place.key.id };
        try {
          const read = await readIfAllowed(store, place);
          return read.readable
            ? { ...at, value: read.value }
            : { ...at, problem: `${name}: not readable by you` };
        } catch (error) {
          if (!isStoreError(error)) throw error;
          return { ...at, problem: error.message };
        }
      }),
    );
  } finally {
    await store.close();
  }
}

function report(
  { same, unread, compared }: Comparison,
  [ours, theirs]: readonly [Stage, Stage],
  json: boolean | undefined,
): void {
  const lines = [
    ...same.map(
      ([one, other]) =>
        `${one.stage} ${one.key} (${one.store}) and ${other.stage} ${other.key} (${other.store}) have the same value; fix: mint a key of its own for one of the stages, and put it by \`secrets put ${one.key} --rotate\``,
    ),
    ...unread.map(({ stage, key, problem }) => `${stage} ${key}: ${problem}`),
    same.length === 0
      ? `${ours.label} and ${theirs.label} share no value, of ${String(compared)} that were read`
      : `${ours.label} and ${theirs.label} SHARE values`,
  ];
  result({ stages: [ours.label, theirs.label], same, unread, compared }, lines.join("\n"), json);
  if (same.length > 0) process.exitCode = exitCodes.failed;
  else if (unread.length > 0 || compared === 0) process.exitCode = exitCodes.unknown;
}
