import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Log, LogTable, Row, VaultRecord } from "../../support/logTables";

type Fields = Readonly<Record<string, unknown>>;

/** What a sample says; what it leaves out is in `_common.yaml`. */
export interface Sample extends Partial<Omit<VaultRecord, "identity">> {
  /** Who calls. @default nobody */
  readonly by?: string;
  /** Minutes since it happened, and since its row arrived. */
  readonly minutesAgo?: number;
  readonly arrivedMinutesAgo?: number;
  /** How often, and how many minutes apart. */
  readonly times?: number;
  readonly everyMinutes?: number;
  /** A row of the metrics instead. */
  readonly metricName?: string;
  readonly count?: number;
  /** An event of the activity log instead. */
  readonly resourceType?: string;
  readonly status?: string;
}

type Samples = Readonly<Record<string, Sample | readonly Sample[]>>;
interface File {
  readonly fires: Samples;
  readonly firesInOwnVault?: Samples;
  readonly nearMisses: Samples;
}

const folder = join(__dirname, "..", "..", "fixtures", "events", "azure");
const read = (name: string): unknown => parse(readFileSync(join(folder, name), "utf8"));
const { record, event, callers } = read("_common.yaml") as {
  readonly record: VaultRecord;
  readonly event: Fields;
  readonly callers: Readonly<Record<string, Fields>>;
};

/** Samples by alert: whether they are told in a vault of the stack's own, and in one of others. */
export const sampled = readdirSync(folder)
  .filter((name) => !name.startsWith("_"))
  .flatMap((name) => {
    const { fires, firesInOwnVault = {}, nearMisses } = read(name) as File;
    const all = (some: Samples, inOwn: boolean, inOthers: boolean) =>
      Object.entries(some).map(([title, of]) => {
        const samples = [of].flat();
        const ofEvents = samples.some(({ operationName }) => operationName?.includes("/"));
        return { id: name.replace(".yaml", ""), title, samples, inOwn, inOthers, ofEvents };
      });
    return [
      ...all(fires, true, true),
      ...all(firesInOwnVault, true, false),
      ...all(nearMisses, false, false),
    ];
  });

/** Object ids that the engine has made. */
type Ids = Readonly<Record<string, string>>;

/** A moment in UTC as the evaluator reads it. */
const moment = (now: number, minutesAgo: number): string =>
  new Date(now - minutesAgo * 60_000).toISOString().replace("Z", "");

function identityOf({ by }: Sample, ids: Ids): VaultRecord["identity"] {
  if (by === undefined) return {};
  const claim = callers[by];
  if (claim === undefined) throw new Error(`no caller: ${by}`);
  return {
    claim: Object.fromEntries(
      Object.entries(claim).map(([name, value]) => [
        name,
        String(value).replaceAll(/\{\{(\w+)\}\}/g, (_, id: string) => ids[id] ?? "unknown"),
      ]),
    ),
  };
}

/** Rows of samples, in the tables that a rule reads. */
export function logOf(
  samples: readonly Sample[],
  table: LogTable,
  row: (one: VaultRecord, times: { TimeGenerated: string; _IngestionTime: string }) => Row,
  ids: Ids,
): Log {
  // One moment for all: what is of the same minute must not fall into two fives of them.
  const now = Date.now();
  const at = (sample: Sample, index: number) => ({
    TimeGenerated: moment(now, (sample.minutesAgo ?? 3) + index * (sample.everyMinutes ?? 0)),
    _IngestionTime: moment(now, sample.arrivedMinutesAgo ?? 1),
  });
  const metrics = samples.filter(({ metricName }) => metricName !== undefined);
  const calls = samples.filter(({ metricName }) => metricName === undefined);
  return {
    AzureMetrics: metrics.map((sample) => ({
      ...at(sample, 0),
      _ResourceId: (sample.resourceId ?? record.resourceId).toLowerCase(),
      MetricName: sample.metricName,
      Count: sample.count,
    })),
    [table]: calls.flatMap((sample) => {
      const whole = { ...record, properties: {}, ...sample, identity: identityOf(sample, ids) };
      return Array.from({ length: sample.times ?? 1 }, (_, index) => row(whole, at(sample, index)));
    }),
  };
}

const named = (value: unknown): Fields => ({ value, localizedValue: value });

/** An event as the REST API has it. https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema */
export function activityEvent(sample: Sample): Fields {
  const whole: Fields = { ...event, ...sample };
  return {
    ...whole,
    ...Object.fromEntries(
      ["category", "operationName", "status", "resourceType"].map((name) => [
        name,
        named(whole[name]),
      ]),
    ),
  };
}
