import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa, { type ExecaReturnValue } from "execa";
import { projectRoot } from "../../sandbox/session";
import { openPlace } from "../e2e/support/place";
import { differenceOf, ratioOf, timingOf, type Ratio, type Timing } from "./statistics";

export interface MeasureOptions {
  readonly runs: number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A preview against the engine's own floor, and what the program's part is. */
export interface PreviewTimes {
  readonly dev: Timing;
  readonly empty: Timing;
  readonly ratio: Ratio;
}

/** Wall-clock seconds of a command that succeeds. */
export const seconds = async (run: () => PromiseLike<ExecaReturnValue>): Promise<number> => {
  const start = process.hrtime.bigint();
  const { exitCode, command, all } = await run();
  if (exitCode !== 0) {
    throw new Error(
      `${command}: ended with ${String(exitCode)}, which is no time to measure\n${all ?? ""}`,
    );
  }
  return Number(process.hrtime.bigint() - start) / 1e9;
};

/**
 * `pulumi preview` of the dev stack that is up, and of an empty program, by turns: each a fresh process with the same
 * engine, workspace, language host and node. The server and the stand-in provider run all the time.
 */
export async function previewTimes({ runs, log, signal }: MeasureOptions): Promise<PreviewTimes> {
  const place = await openPlace();
  const stop = (): void => {
    void place.close();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { pulumi, dir } = place.shell;
    const program = join("stacks", "empty.ts");
    await writeFile(join(dir, program), "export {};\n");
    await cp(join(dir, "Pulumi.dev.yaml"), join(dir, "Pulumi.empty.yaml"));
    await pulumi("stack init dev");
    await pulumi("stack init empty");
    log("bringing the dev stack up");
    const up = await pulumi("up -s dev --yes --skip-preview");
    if (up.exitCode !== 0) throw new Error(`the dev stack did not come up\n${up.all ?? ""}`);
    const packageFile = join(dir, "package.json");
    const main = async (file: string): Promise<void> =>
      writeFile(packageFile, JSON.stringify({ name: "bench", main: file }));
    const dev: number[] = [];
    const empty: number[] = [];
    // The first pair warms the caches and does not count.
    for (let run = 0; run <= runs; run++) {
      signal.throwIfAborted();
      if (run > 0) log(`preview ${String(run)} of ${String(runs)}`);
      await main("stacks/index.ts");
      const one = await seconds(() => pulumi("preview -s dev --expect-no-changes"));
      await main(program);
      const other = await seconds(() => pulumi("preview -s empty"));
      if (run === 0) continue;
      dev.push(one);
      empty.push(other);
    }
    return { dev: timingOf(dev), empty: timingOf(empty), ratio: ratioOf(dev, empty) };
  } finally {
    signal.removeEventListener("abort", stop);
    if (!signal.aborted) await place.close();
  }
}

/** The type check of the whole project, as `npm run types` does it, without npm's own start. */
export async function typeCheckTime({ log, signal }: MeasureOptions): Promise<Timing> {
  const tsc = join("node_modules", "ts7", "bin", "tsc");
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    signal.throwIfAborted();
    log(`type check ${String(run + 1)} of 3`);
    times.push(await seconds(() => execa("node", [tsc, "--noEmit"], { cwd: projectRoot })));
  }
  return timingOf(times);
}

/** The start of the command against Node's own, and what is the command's part, in seconds. */
export interface StartTimes {
  readonly help: Timing;
  readonly node: Timing;
  readonly over: Ratio;
}

/**
 * `promptsentinel-secrets --help` and `node -e 0` by turns, each a fresh process. Many, as each is short: on a machine
 * that does something else the smallest of them tell the most.
 */
export async function startTimes({ runs, log, signal }: MeasureOptions): Promise<StartTimes> {
  const bin = join("cli", "bin.mjs");
  const help: number[] = [];
  const node: number[] = [];
  const pairs = runs * 3;
  log(`start of the command, ${String(pairs)} times`);
  // The first pair lets tsx compile what has changed and does not count.
  for (let run = 0; run <= pairs; run++) {
    signal.throwIfAborted();
    const base = await seconds(() => execa(process.execPath, ["-e", "0"], { cwd: projectRoot }));
    const subject = await seconds(() =>
      execa(process.execPath, [bin, "--help"], { cwd: projectRoot }),
    );
    if (run === 0) continue;
    node.push(base);
    help.push(subject);
  }
  return { help: timingOf(help), node: timingOf(node), over: differenceOf(help, node) };
}
