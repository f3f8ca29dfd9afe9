import execa from "execa";
import { logTables, type Log, type LogTable } from "../../support/logTables";
import { findPython, pythonProgram } from "./python";

export interface Case {
  readonly query: string;
  readonly log: Log;
}
export type Result = readonly Readonly<Record<string, unknown>>[];

/** Runs queries on rows, each on its own, or says what is missing for that. What it puts in for the evaluator: kql.py. */
export type FoundKql =
  { readonly run: (cases: readonly Case[]) => readonly Result[] } | { readonly missing: string };

const tableNames = Object.keys(logTables) as LogTable[];

/** An evaluator of KQL on DuckDB. */
export function findKql(): FoundKql {
  const found = findPython("kql");
  if ("missing" in found) return found;
  return {
    run: (cases) => {
      const input = cases.map(({ query, log }) => ({
        query,
        tables: Object.fromEntries(
          tableNames.map((name) => [name, { columns: logTables[name], rows: log[name] ?? [] }]),
        ),
      }));
      const { stdout } = execa.sync(found.python, [pythonProgram("kql")], {
        input: JSON.stringify(input),
        timeout: 300_000,
      });
      return JSON.parse(stdout) as Result[];
    },
  };
}
