import { InvalidArgumentError } from "commander";
import { command, examples, json } from "../../cli/command";
import { exitCodes } from "../../cli/exitCodes";
import { failure, Interrupted, note, result } from "../../cli/output";
import { keyTimes, type KeyTimes } from "./keys";
import {
  previewTimes,
  startTimes,
  typeCheckTime,
  type PreviewTimes,
  type StartTimes,
} from "./measures";
import type { Timing } from "./statistics";

interface Report {
  readonly preview: PreviewTimes;
  readonly keys: readonly KeyTimes[];
  readonly types: Timing;
  readonly start: StartTimes;
}

/** Fewer tell nothing of the spread. */
const fewestRuns = 5;

const runsOf = (text: string): number => {
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= fewestRuns) return runs;
  throw new InvalidArgumentError(`Allowed: whole numbers from ${String(fewestRuns)}.`);
};

const bench = command("bench")
  .description(
    "Times a preview of the dev stack against an empty program's on the same engine, rehearsals of each cloud with 1, 30 and 300 keys, the type check, and the command's start against Node's own.",
  )
  .option("--runs <number>", "pairs of previews", runsOf, 7)
  .addOption(json())
  .addHelpText("after", examples("npm run bench", "npm run --silent bench -- --json --runs 11"))
  .action(async ({ runs, json: asJson }: { runs: number; json?: boolean }) => {
    const cut = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (cut.signal.aborted) process.exit(exitCodes.interrupted);
        cut.abort(new Interrupted(`stopped by ${signal}; nothing is left`));
      });
    }
    const options = { runs, log: note, signal: cut.signal };
    try {
      // First, while nothing else runs.
      const start = await startTimes(options);
      const preview = await previewTimes(options);
      const keys = await keyTimes({ ...options, runs: Math.ceil(runs / 2) });
      const report: Report = { preview, keys, types: await typeCheckTime(options), start };
      result(report, text(report), asJson);
    } catch (error) {
      throw cut.signal.aborted ? cut.signal.reason : error;
    }
  });

const of = (value: number): string => value.toFixed(2).padStart(6);

function text({ preview: { dev, empty, ratio }, keys, types, start }: Report): string {
  const line = (name: string, { median, min, max }: Omit<Timing, "runs">, unit: string): string =>
    `${name.padEnd(52)}${of(median)}${of(min).padStart(9)}${of(max).padStart(9)}  ${unit}`;
  return [
    `${"".padEnd(52)}median      min      max`,
    line("preview of the dev stack", dev, "s"),
    line("preview of an empty program", empty, "s"),
    line("ratio, pair by pair", ratio, "×"),
    ...keys.flatMap((one) => [
      line(
        `rehearsal of ${one.platform}, keys: ${String(one.keys)} (resources: ${String(one.resources)})`,
        one.time,
        "s",
      ),
      ...(one.keys === 1 ? [] : [line("ratio to one key", one.ratio, "×")]),
    ]),
    line("type check", types, "s"),
    line("promptsentinel-secrets --help", start.help, "s"),
    line("node -e 0", start.node, "s"),
    line("difference, pair by pair (to be below 0.15)", start.over, "s"),
    `${String(dev.runs)} pairs of fresh processes by turns, after one that does not count.`,
  ].join("\n");
}

bench
  .parseAsync()
  .catch((error: unknown) => {
    failure(error);
  })
  .finally(() => process.exit());
