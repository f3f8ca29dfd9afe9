import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { stringify } from "yaml";
import { projectRoot } from "../../sandbox/session";
import { projectName } from "../../stacks/config";
import * as aws from "../fixtures/aws";
import * as azure from "../fixtures/azure";
import { changed } from "../fixtures/changed";
import * as gcp from "../fixtures/gcp";
import { seconds, type MeasureOptions } from "./measures";
import { ratioOf, timingOf, type Ratio, type Timing } from "./statistics";

/** Numbers of keys to rehearse. */
const counts = [1, 30, 300] as const;

/** A rehearsal with so many keys, and how much longer it is than with one. */
export interface KeyTimes {
  readonly platform: string;
  readonly keys: number;
  readonly resources: number;
  readonly time: Timing;
  readonly ratio: Ratio;
}

/** Stacks of one cloud: what grows with the number of keys, and no more. */
const stacks = {
  aws: aws.min,
  azure: changed(azure.min, "azure.secrets.seeded", "all"),
  gcp: gcp.min,
} as const;

/** `npm run rehearse` of each stack with 1, 30 and 300 keys, by turns, each a fresh process. */
export async function keyTimes(options: MeasureOptions): Promise<readonly KeyTimes[]> {
  const times: KeyTimes[] = [];
  for (const [platform, config] of Object.entries(stacks)) {
    times.push(...(await keyTimesOf(platform, config, options)));
  }
  return times;
}

async function keyTimesOf(
  platform: string,
  config: Readonly<Record<string, unknown>>,
  { runs, log, signal }: MeasureOptions,
): Promise<readonly KeyTimes[]> {
  const dir = await mkdtemp(join(tmpdir(), "secrets-bench-"));
  try {
    const file = join(dir, "Pulumi.bench.yaml");
    const settings = Object.entries(config).map(
      ([key, value]) => [`${projectName}:${key}`, value] as const,
    );
    await writeFile(file, stringify({ config: Object.fromEntries(settings) }));
    const rehearse = (keys: number) =>
      execa(
        "node",
        [
          ...["--import", "tsx", "--import", join(projectRoot, "test", "bench", "moreKeys.ts")],
          ...[
            join("sandbox", "rehearsal", "main.ts"),
            "--stack",
            "dev",
            "--config",
            file,
            "--json",
          ],
        ],
        { cwd: projectRoot, env: { BENCH_KEYS: String(keys) }, reject: false, all: true },
      );
    const times = new Map<number, number[]>(counts.map((count) => [count, []]));
    const resources = new Map<number, number>();
    for (let run = 0; run < runs; run++) {
      for (const count of counts) {
        signal.throwIfAborted();
        log(
          `rehearsal of ${platform}, ${String(run + 1)} of ${String(runs)}, keys: ${String(count)}`,
        );
        let stdout = "";
        times.get(count)?.push(
          await seconds(async () => {
            const ended = await rehearse(count);
            ({ stdout } = ended);
            return ended;
          }),
        );
        resources.set(count, (JSON.parse(stdout) as { resources: unknown[] }).resources.length);
      }
    }
    const base = times.get(1) ?? [];
    return counts.map((keys) => ({
      platform,
      keys,
      resources: resources.get(keys) ?? 0,
      time: timingOf(times.get(keys) ?? []),
      ratio: ratioOf(times.get(keys) ?? [], base),
    }));
  } finally {
    await rm(dir, { recursive: true });
  }
}
