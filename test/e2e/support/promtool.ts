import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { inTempDir } from "../../fixtures/tempDir";

/** A rule as it stands in a PrometheusRule's group. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Group {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** What is scraped each minute from 0, and which alerts fire at which minute. */
export interface Scenario {
  readonly title: string;
  /** The values of each series: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series */
  readonly series: Readonly<Record<string, string>>;
  readonly at: readonly (readonly [minute: number, firing: readonly Firing[]])[];
}

/** An alert that fires, with all of its labels but its name's. */
export type Firing = Pick<AlertRule, "alert" | "labels" | "annotations">;

/** Rules, and what they are put to; the alerts that scenarios do not expect may not fire either. */
export interface RulesTest {
  readonly groups: readonly Group[];
  readonly scenarios: readonly Scenario[];
}

/** What promtool says against rules, and of which duplicates it warns. Empty: nothing. */
export const check = (promtool: string, groups: readonly Group[]): Promise<string> =>
  inTempDir(async (dir) => {
    // JSON is YAML, and quotes what has to be.
    await writeFile(join(dir, "rules.yml"), JSON.stringify({ groups }));
    const { exitCode, all } = await execa(
      promtool,
      ["check", "rules", "--lint=all", "--lint-fatal", "rules.yml"],
      { cwd: dir, reject: false, all: true },
    );
    return exitCode === 0 ? "" : (all ?? "failed");
  });

/** What promtool's tests of each say, all of them in one run: undefined where they pass. */
export const put = (
  promtool: string,
  tests: readonly RulesTest[],
): Promise<readonly (string | undefined)[]> =>
  inTempDir(async (dir) => {
    for (const [index, { groups, scenarios }] of tests.entries()) {
      await writeFile(join(dir, `rules-${String(index)}.yml`), JSON.stringify({ groups }));
      await writeFile(join(dir, `test-${String(index)}.yml`), testFile(index, groups, scenarios));
    }
    const files = tests.map((_, index) => `test-${String(index)}.yml`);
    // One file for both: which file failed is told by the order, of stdout's names and stderr's failures.
    const told = await open(join(dir, "told"), "w+");
    try {
      await execa(promtool, ["test", "rules", ...files], {
        ...{ cwd: dir, reject: false, stdio: ["ignore", told.fd, told.fd] },
      });
      return answers(await readFile(join(dir, "told"), "utf8"), files);
    } finally {
      await told.close();
    }
  });

const minutes = (count: number): string => `${String(count)}m`;

function testFile(index: number, groups: readonly Group[], scenarios: readonly Scenario[]): string {
  const names = new Set(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)));
  return JSON.stringify({
    rule_files: [`rules-${String(index)}.yml`],
    evaluation_interval: "1m",
    tests: scenarios.map(({ title, series, at }) => ({
      name: title,
      interval: "1m",
      input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
      alert_rule_test: at.flatMap(([minute, firing]) =>
        [...names].map((alertname) => ({
          ...{ eval_time: minutes(minute), alertname },
          exp_alerts: firing
            .filter(({ alert }) => alert === alertname)
            .map(({ labels, annotations }) => ({
              ...{ exp_labels: labels, exp_annotations: annotations },
            })),
        })),
      ),
    })),
  });
}

/** Of each file what its part of the output says; a file without one is an error of promtool's own. */
function answers(output: string, files: readonly string[]): readonly (string | undefined)[] {
  const parts = new Map(
    output
      .split(/^Processing test file: +/m)
      .slice(1)
      .map((part) => {
        const [file = "", ...rest] = part.split("\n");
        return [file.trim(), rest.join("\n").trim()];
      }),
  );
  return files.map((file) => {
    const part = parts.get(file);
    if (part === "SUCCESS") return undefined;
    if (part?.startsWith("FAILED:")) return part;
    throw new Error(
      `promtool tells neither success nor failure of ${file}: ${output.slice(0, 2000)}`,
    );
  });
}
