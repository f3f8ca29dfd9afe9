import { ManagementLockByScope } from "@pulumi/azure-native/authorization/managementLockByScope";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import { Workspace } from "@pulumi/azure-native/operationalinsights/workspace";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/auditTrail";
import type { OperatorTask } from "../contracts/capability";
import { archiveId, madeArchive } from "./auditArchive";
import { explainKept } from "./errorHooks";
import { auditName, groupName, vaultId, workspaceId } from "./layout";
import type { SecretStore } from "./secretStore";
import type { TrailSettings } from "./settings";

export interface AuditTrailArgs extends ComponentArgs {
  readonly settings: TrailSettings;
  readonly store: SecretStore;
}

/** What the vault logs. https://learn.microsoft.com/azure/key-vault/general/monitor-key-vault-reference#resource-logs */
const categories = ["AuditEvent", "AzurePolicyEvaluationDetails"] as const;

/**
 * Each call of the vault, in a workspace and in an archive that nobody changes. It outlives the stack: ending an audit is
 * an administrator's act.
 */
export class AuditTrail extends Component implements contract.AuditTrail {
  public readonly mode: "managed" | "server";
  public readonly sinks: readonly string[];
  public readonly tasks: readonly OperatorTask[];
  /** The workspace that queries read. */
  public readonly workspaceId: string;
  /** What a query on the workspace waits for. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure", "AuditTrail", name, { ...args }, opts);
    this.after = args.store.ready;
    const { environment, settings } = args;
    const { mode, workspace, storage } = settings.audit;
    const own = mode === "create";
    this.mode = own ? "managed" : "server";
    this.workspaceId = workspaceId(environment, settings);
    const made = own && workspace.id === undefined ? [this.workspace(args)] : [];
    const archive =
      own && storage.mode === "create"
        ? madeArchive(environment, settings, this.children())
        : undefined;
    const before = [
      ...made,
      ...(archive?.ready ?? []),
      ...made.map((one) => this.lock("workspace", this.workspaceId, [one], args)),
      ...(archive ? [this.lock("archive", archive.id, archive.ready, args)] : []),
    ];
    const sent = own ? [this.sent(archive?.id, before, args)] : [];
    if (archive) this.reads(archive.id, before, args);
    this.ready = [...made, ...sent];
    this.sinks = [this.workspaceId, ...(archive ? [archive.id] : [])];
    this.tasks = tasks(args);
    this.registerOutputs({ mode: this.mode, sinks: this.sinks, workspaceId: this.workspaceId });
  }

  /** https://learn.microsoft.com/rest/api/loganalytics/workspaces/create-or-update */
  private workspace({ environment, settings }: AuditTrailArgs): Workspace {
    const name = auditName(environment);
    return new Workspace(
      this.childName("workspace"),
      {
        resourceGroupName: groupName(environment, settings),
        workspaceName: name,
        location: settings.location,
        sku: { name: "PerGB2018" },
        retentionInDays: settings.audit.workspace.retentionDays,
        features: {
          // Who has the workspace's keys could write rows of his own.
          disableLocalAuth: true,
          // Who may read the vault, does not read by that who reads its secrets.
          enableLogAccessUsingOnlyResourcePermissions: false,
        },
        tags: environment.tags,
      },
      this.kept("workspace", name),
    );
  }

  /**
   * Against deletion. The vault has none: a lock also keeps the assignments below it, withdrawn ones too.
   * https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources#considerations-before-applying-your-locks
   */
  private lock(
    what: string,
    scope: string,
    dependsOn: readonly pulumi.Resource[],
    { environment }: AuditTrailArgs,
  ): pulumi.Resource {
    return new ManagementLockByScope(
      this.childName(`${what}-lock`),
      {
        lockName: auditName(environment),
        ...{ scope, level: "CanNotDelete" },
        notes: `Holds the audit of ${environment.app}, ${environment.stage}`,
      },
      this.kept(`${what}-lock`, `the lock of the ${what}`, dependsOn),
    );
  }

  /** What stays, and says so when it is there already. */
  private kept(
    suffix: string,
    what: string,
    dependsOn: readonly pulumi.Resource[] = [],
  ): pulumi.CustomResourceOptions {
    return this.childOptions({
      retainOnDelete: true,
      dependsOn: [...dependsOn],
      hooks: { onError: [explainKept(this.childName(suffix), what, "azure.audit.mode")] },
    });
  }

  /** The vault's log and, to see whether it falls silent, its count of calls. */
  private sent(
    storageAccountId: string | undefined,
    dependsOn: readonly pulumi.Resource[],
    { environment, settings }: AuditTrailArgs,
  ): pulumi.Resource {
    return new DiagnosticSetting(
      this.childName("vault-log"),
      {
        name: auditName(environment),
        resourceUri: vaultId(environment, settings),
        workspaceId: this.workspaceId,
        ...(storageAccountId !== undefined && { storageAccountId }),
        // Without it events are in AzureDiagnostics.
        // https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs#collection-mode
        ...(settings.audit.tables === "dedicated" && { logAnalyticsDestinationType: "Dedicated" }),
        logs: categories.map((category) => ({ category, enabled: true })),
        metrics: [{ category: "AllMetrics", enabled: true }],
      },
      this.kept("vault-log", "the vault's diagnostic setting", dependsOn),
    );
  }

  /** Who reads or deletes the archive. Not who writes: each log that is sent would make the next. */
  private reads(
    archive: string,
    dependsOn: readonly pulumi.Resource[],
    { environment }: AuditTrailArgs,
  ): void {
    new DiagnosticSetting(
      this.childName("archive-log"),
      {
        name: auditName(environment),
        resourceUri: `${archive}/blobServices/default`,
        workspaceId: this.workspaceId,
        logAnalyticsDestinationType: "Dedicated",
        logs: ["StorageRead", "StorageDelete"].map((category) => ({ category, enabled: true })),
      },
      this.kept("archive-log", "the archive's diagnostic setting", dependsOn),
    );
  }
}

function tasks({ environment, settings }: AuditTrailArgs): readonly OperatorTask[] {
  const { mode, storage } = settings.audit;
  if (mode === "external") {
    return [
      {
        concern: "AuditTrail",
        title: "the audit is its owner's: this shows what the vault logs, and where to",
        text: `az monitor diagnostic-settings list --resource ${vaultId(environment, settings)}`,
      },
    ];
  }
  if (storage.mode !== "create" || storage.lock !== "unlocked") return [];
  return [
    {
      concern: "AuditTrail",
      title:
        "the archive is not locked yet, because Azure makes it so: once logs arrive, and within a day, set azure.audit.storage.lock to locked, which nobody can take back; logs of before it stay unlocked",
      text: `az monitor metrics list --resource ${archiveId(environment, settings)} --metric Ingress --interval PT1H`,
    },
  ];
}
