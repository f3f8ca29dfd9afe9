/** The setting's names of the tables. */
export type TableName = "dedicated" | "shared";

/** What a table calls the parts of a row of the vault's log, as expressions of its queries. */
export interface Columns {
  readonly table: string;
  /** What all of the vault's rows have. */
  readonly only?: string;
  /** Object id of the caller: tokens for the vault and tokens for its management have it in claims of different names. */
  readonly who: readonly string[];
  readonly from: string;
  readonly status: string;
  /** The object that was answered, or what was asked for. */
  readonly object: readonly string[];
}

const objectId = "http://schemas.microsoft.com/identity/claims/objectidentifier";

/** A column that is there once a row has had it; until then a query that names it is refused. */
const once = (column: string, none: string): string => `column_ifexists("${column}", ${none})`;
const textOnce = (column: string): string => `tostring(${once(column, '""')})`;

/**
 * The tables by the setting's name. A caller's claims: https://learn.microsoft.com/azure/key-vault/general/logging.
 * Beyond 500 columns AzureDiagnostics puts what is new into one more: callers are then nobody, so each read is told, but
 * refused calls are not counted.
 */
export const tables: Readonly<Record<TableName, Columns>> = {
  /** https://learn.microsoft.com/azure/azure-monitor/reference/tables/azkvauditlogs */
  dedicated: {
    table: "AZKVAuditLogs",
    who: ["tostring(Identity.claim.oid)", `tostring(Identity.claim["${objectId}"])`],
    from: "CallerIpAddress",
    status: "HttpStatusCode",
    object: ["Id", "RequestUri"],
  },
  /**
   * https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics,
   * https://learn.microsoft.com/azure/key-vault/general/monitor-key-vault-reference#diagnostics-tables
   */
  shared: {
    table: "AzureDiagnostics",
    only: `ResourceProvider == "MICROSOFT.KEYVAULT" and Category == "AuditEvent"`,
    who: [
      textOnce("identity_claim_oid_g"),
      textOnce("identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g"),
    ],
    from: "CallerIPAddress",
    status: once("httpStatusCode_d", "real(null)"),
    object: [textOnce("id_s"), textOnce("requestUri_s")],
  },
};
