import type { Consumer } from "../../environment";
import { tables, type TableName } from "./tables";

/** Rows of the vault's log that an alert is about. What is not asked does not matter. */
export interface Rows {
  readonly operations?: readonly string[];
  /** None of the consumers' identities, or one of them. */
  readonly by?: { readonly noneOf: readonly Consumer[] } | { readonly anyOf: readonly Consumer[] };
  readonly status?: number;
  /** Leave out calls that came without a token. */
  readonly withToken?: true;
  /** Whether each call is told, or each caller once. @default call */
  readonly each?: "call" | "caller";
}

/** Where rows are, and what of the vault is the stack's. */
export interface Source {
  readonly tables: TableName;
  readonly vaultId: string;
  /** Names of the stack's secrets, in a vault that may hold others'. @default the whole vault is the stack's */
  readonly secrets: readonly string[] | undefined;
}

/** Object ids by consumer. */
export type Ids = Readonly<Partial<Record<Consumer, readonly string[]>>>;

/** Minutes between two runs of a rule. */
export const every = 5;

/** A row is looked at in the run after its arrival; a minute more, as it is told twice rather than not at all. */
const fresh = `ago(${String(every + 1)}m)`;

const text = (value: string): string => JSON.stringify(value);
const list = (values: readonly string[]): string => values.map(text).join(", ");
const lower = (values: readonly string[]): readonly string[] =>
  values.map((value) => value.toLowerCase());

const lines = (...some: readonly (string | undefined)[]): string =>
  some.filter((line) => line !== undefined).join("\n| ");

/** Rows of an operation, with who called from where about which secret. */
function named(
  { operations, status, withToken }: Rows,
  source: Source,
): readonly (string | undefined)[] {
  const { only, who, from, status: code, object } = tables[source.tables];
  return [
    only && `where ${only}`,
    `where _ResourceId =~ ${text(source.vaultId)}`,
    operations && `where OperationName in (${list(operations)})`,
    `extend Operation = OperationName, From = ${from}, Status = ${code}`,
    status === undefined ? undefined : `where Status == ${String(status)}`,
    `extend Who = tolower(coalesce(${[...who, `""`].join(", ")}))`,
    // A client asks once without a token to learn where to get one: the answer is a 401, and nobody's.
    withToken && "where isnotempty(Who) or isnull(Status) or Status != 401",
    `extend Object = coalesce(${[...object, `""`].join(", ")})`,
    `extend Secret = tolower(coalesce(extract("/(deleted)?secrets/([^/?]+)", 2, Object), ""))`,
    // A row that names no secret may be about any.
    source.secrets && `where isempty(Secret) or Secret in (${list(lower(source.secrets))})`,
  ];
}

const idsOf = (consumers: readonly Consumer[], ids: Ids): string =>
  list(lower(consumers.flatMap((consumer) => ids[consumer] ?? [])));

const callers = ({ by }: Rows, ids: Ids): string | undefined =>
  by &&
  ("noneOf" in by
    ? `where Who !in (${idsOf(by.noneOf, ids)})`
    : `where Who in (${idsOf(by.anyOf, ids)})`);

/** What calls are told with: each combination is an alert of its own. */
export const toldOf = ({ each = "call" }: Rows): readonly string[] =>
  each === "call" ? ["Operation", "Who", "From", "Secret"] : ["Who", "From"];

/**
 * Calls that have arrived since the last run, by who, what and from where. Rows arrive minutes after what they are of,
 * so it is their arrival that is asked for; the rule's time range is wider.
 * https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time#check-ingestion-time
 */
export const callsQuery = (rows: Rows, source: Source, ids: Ids): string =>
  lines(
    tables[source.tables].table,
    `where ingestion_time() > ${fresh}`,
    ...named(rows, source),
    callers(rows, ids),
    `summarize Calls = count() by ${toldOf(rows).join(", ")}`,
  );

/**
 * Number of calls in each five minutes of which something has arrived since the last run: counted by when they were,
 * because what arrives together need not have been together. No time is in the result, as the rule would divide by it.
 */
export const countQuery = (rows: Rows, source: Source, ids: Ids): string =>
  lines(
    tables[source.tables].table,
    "extend Arrived = ingestion_time()",
    ...named(rows, source),
    callers(rows, ids),
    `summarize Calls = count(), Arrived = max(Arrived) by Start = bin(TimeGenerated, ${String(every)}m)`,
    `where Arrived > ${fresh}`,
    "project Calls",
  );

/**
 * Calls that the vault's metric has counted of an hour, of which no row has arrived in that hour or the next.
 * https://learn.microsoft.com/azure/azure-monitor/reference/tables/azuremetrics
 */
export function silenceQuery(source: Source): string {
  const { table, only } = tables[source.tables];
  const ofVault = [
    `where _ResourceId =~ ${text(source.vaultId)}`,
    "extend Vault = tolower(_ResourceId)",
  ];
  const rows = lines(
    table,
    "where TimeGenerated > ago(2h)",
    only && `where ${only}`,
    ...ofVault,
    "distinct Vault",
  );
  return lines(
    "AzureMetrics",
    "where TimeGenerated between (ago(2h) .. ago(1h))",
    `where MetricName == "ServiceApiHit"`,
    ...ofVault,
    "summarize Calls = sum(Count) by Vault",
    "where Calls > 0",
    `join kind=leftanti (${rows.replaceAll("\n", " ")}) on Vault`,
    "project Calls",
  );
}
