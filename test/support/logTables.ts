/** Types of columns by table, as the vendor's reference has them: what a query is checked against, and rows are put into. */
export const logTables = {
  // https://learn.microsoft.com/azure/azure-monitor/reference/tables/azkvauditlogs
  AZKVAuditLogs: {
    ...{ TimeGenerated: "datetime", _ResourceId: "string", OperationName: "string" },
    ...{ CallerIpAddress: "string", HttpStatusCode: "int", Identity: "dynamic", Id: "string" },
    ...{ RequestUri: "string", ResultType: "string", ResultSignature: "string" },
    ...{ CorrelationId: "string", DurationMs: "int", Properties: "dynamic" },
  },
  // The columns that it has before any row: https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics
  AzureDiagnostics: {
    ...{ TimeGenerated: "datetime", _ResourceId: "string", OperationName: "string" },
    ...{ CallerIPAddress: "string", ResourceProvider: "string", Category: "string" },
    ...{ ResultType: "string", ResultSignature: "string", CorrelationId: "string" },
    ...{ DurationMs: "long", AdditionalFields: "dynamic" },
  },
  // https://learn.microsoft.com/azure/azure-monitor/reference/tables/azuremetrics
  AzureMetrics: {
    ...{ TimeGenerated: "datetime", _ResourceId: "string", MetricName: "string" },
    ...{ Count: "real", Total: "real", Average: "real", TimeGrain: "string" },
  },
} as const satisfies Record<string, Record<string, string>>;

export type LogTable = keyof typeof logTables;
export type Row = Readonly<Record<string, unknown>>;
/** Rows by table. */
export type Log = Readonly<Partial<Record<LogTable, readonly Row[]>>>;

type Fields = Readonly<Record<string, unknown>>;

/** A record of the vault's log, as storage has it. https://learn.microsoft.com/azure/key-vault/general/logging */
export interface VaultRecord {
  readonly operationName: string;
  readonly resourceId: string;
  readonly category: string;
  readonly callerIpAddress: string;
  readonly resultType: string;
  readonly resultSignature: string;
  readonly identity: { readonly claim?: Fields };
  readonly properties: Fields;
}

interface Times {
  readonly TimeGenerated: string;
  readonly _IngestionTime: string;
}

const both = (record: VaultRecord, times: Times): Row => ({
  ...times,
  _ResourceId: record.resourceId.toLowerCase(),
  OperationName: record.operationName,
  ResultType: record.resultType,
  ResultSignature: record.resultSignature,
});

/** As the table of Key Vault's own has it. */
export const dedicatedRow = (record: VaultRecord, times: Times): Row => ({
  ...both(record, times),
  CallerIpAddress: record.callerIpAddress,
  HttpStatusCode: record.properties["httpStatusCode"],
  Identity: record.identity,
  Id: record.properties["id"],
  RequestUri: record.properties["requestUri"],
  Properties: record.properties,
});

/** Claims that are GUIDs. */
const guids = /^(oid|appid|.*objectidentifier)$/;

const suffix = (name: string, value: unknown): string =>
  typeof value === "number" ? "d" : guids.test(name) ? "g" : "s";

/** What has no column of its own gets one: its path, and its type by a letter. */
const flat = (prefix: string, fields: Fields): Row =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      `${prefix}${name.replaceAll(/\W+/g, "_")}_${suffix(name, value)}`,
      value,
    ]),
  );

/** As the table of many services has it. A sample of one: https://docs.cloud.google.com/chronicle/docs/ingestion/default-parsers/azure-keyvault-audit */
export const sharedRow = (record: VaultRecord, times: Times): Row => ({
  ...both(record, times),
  CallerIPAddress: record.callerIpAddress,
  ResourceProvider: "MICROSOFT.KEYVAULT",
  Category: record.category,
  ...flat("identity_claim_", record.identity.claim ?? {}),
  ...flat("", record.properties),
});
