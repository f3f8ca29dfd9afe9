import { changed } from "../../fixtures/changed";
import { max } from "../../fixtures/gcp";
import { touchedIn } from "../../fixtures/touched";

const changedBy = touchedIn(max);
const all = ["anthropic", "gdpr", "gemini", "openai", "redis", "snyk"];

test.each<[string, unknown, readonly string[]]>([
  ["gcp.secrets.destroyDelayDays", 30, all.map((key) => `gcp-store-${key}`)],
  ["gcp.encryption.rotationDays", 90, ["gcp-store-key-europe-west3", "gcp-store-key-europe-west4"]],
  ["keys.anthropic.maxAgeDays", 30, ["gcp-store-anthropic"]],
  ["gcp.network.perimeter", undefined, ["gcp-access-perimeter"]],
  [
    "gcp.access.app.gke.namespace",
    "other",
    // Whoever speaks for the account in the usual course is named there.
    ["gcp-access-app-gke", "gcp-alerts-privileged-session-count"],
  ],
  [
    "gcp.access.breakGlass.until",
    "2026-12-02T00:00:00Z",
    all.map((key) => `gcp-access-breakGlass-on-call-on-${key}`),
  ],
  [
    "gcp.access.forbidServiceAccountKeys",
    false,
    [
      ...["gcp-access-no-key-creation", "gcp-access-no-key-upload"],
      // Who previews looks at what there is.
      ...["gcp-ci-apply-role", "gcp-ci-preview-role"],
    ],
  ],
  [
    "gcp.access.denyOthers",
    false,
    ["gcp-access-deny-others", "gcp-ci-apply-role", "gcp-ci-preview-role"],
  ],
  ["gcp.secrets.locations", ["europe-west4", "europe-west3"], []],
  [
    "gcp.pipeline.preview.subjects",
    ["repo:promptsentinelai/prompt-sentinel:environment:preview"],
    [
      "gcp-access-pool-oidc-preview",
      "gcp-ci-preview-token-repo-promptsentinelai-prompt-sentinel-environment-preview",
      "gcp-ci-preview-token-repo-promptsentinelai-prompt-sentinel-pull-request",
    ],
  ],
  ["gcp.audit.bucket.retentionDays", 500, ["gcp-audit-bucket"]],
  ["gcp.alerts.subscribers.on-call.email", "b@example.com", ["gcp-alerts-to-on-call"]],
])("%s changes what it is about and nothing else", async (path, value, expected) => {
  expect(await changedBy(changed(max, path, value))).toEqual([...expected].sort());
});
