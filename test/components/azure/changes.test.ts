import { max } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { touchedIn } from "../../fixtures/touched";

const changedBy = touchedIn(max);

test.each<[string, unknown, readonly string[]]>([
  ["azure.vault.softDeleteDays", 90, ["azure-store-vault"]],
  ["azure.network.allowedIps", ["203.0.113.7"], ["azure-store-vault"]],
  ["azure.audit.workspace.retentionDays", 500, ["azure-audit-workspace"]],
  [
    "azure.audit.storage.retentionDays",
    500,
    ["azure-audit-archive", "azure-audit-archive-lifecycle"],
  ],
  ["azure.audit.storage.lock", "unlocked", ["azure-audit-archive"]],
  ["azure.alerts.readsPerFiveMinutes", 99, ["azure-alerts-read-spike"]],
  ["azure.alerts.subscribers.on-call.email", "b@example.com", ["azure-alerts-action-group"]],
  [
    "azure.pipeline.preview.subjects",
    ["repo:promptsentinelai/prompt-sentinel:environment:preview"],
    [
      "azure-ci-preview-token-repo-promptsentinelai-prompt-sentinel-environment-preview",
      "azure-ci-preview-token-repo-promptsentinelai-prompt-sentinel-pull-request",
    ],
  ],
  ["azure.access.app.aks.namespace", "other", ["azure-access-app-aks"]],
  ["azure.access.operator.byName", false, ["azure-access-operator-platform-on-vault"]],
  [
    "azure.access.breakGlass.until",
    "2027-01-31T00:00:00Z",
    ["azure-access-breakGlass-on-call-on-vault"],
  ],
  [
    "azure.secrets.seeded",
    ["anthropic", "openai", "gemini", "redis", "gdpr"],
    ["azure-access-ci-on-snyk", "azure-access-rotator-function-on-snyk"],
  ],
])("%s changes what it is about and nothing else", async (path, value, expected) => {
  expect(await changedBy(changed(max, path, value))).toEqual([...expected].sort());
});
