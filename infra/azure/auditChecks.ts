import type { PlatformArgs } from "../contracts/platform";
import { limits } from "../limits";
import type { AzureSettings } from "./settings";

/** Where the log goes, and what prod does not loosen. */
export function* audit({ environment, settings }: PlatformArgs<AzureSettings>): Generator<string> {
  const { mode, workspace, storage } = settings.audit;
  if (mode === "external" && workspace.id === undefined) {
    yield "azure.audit.workspace.id: is missing; alerts read the workspace of an audit that exists; fix: add it (`az monitor log-analytics workspace list --query [].id` shows it), or set azure.audit.mode to create";
  }
  if (environment.stage !== "prod" || mode !== "create") return;
  if (storage.mode === "none") {
    yield "azure.audit.storage.mode: got none; prod takes create only: what is in a workspace alone its administrators delete; fix: remove it";
  }
  for (const [name, days] of [
    ["storage", storage.retentionDays],
    ["workspace", workspace.retentionDays],
  ] as const) {
    if (days < limits.azureArchiveDaysInProd) {
      yield `azure.audit.${name}.retentionDays: got ${String(days)}; prod takes ${String(limits.azureArchiveDaysInProd)} or more; fix: raise it`;
    }
  }
}
