import { max, min } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { problemsOf as problemsIn } from "../../fixtures/problems";

/** What is said of a config with these settings of the audit. */
function problemsOf(
  base: Record<string, unknown>,
  audit: Readonly<Record<string, unknown>>,
): readonly string[] {
  const raw = Object.entries(audit).reduce(
    (result, [path, value]) => changed(result, `azure.audit.${path}`, value),
    base,
  );
  return problemsIn(raw);
}

const elsewhere =
  "/subscriptions/9f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/central";

const legal: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  [
    "an archive that is not locked, in prod: the first run cannot",
    max,
    { "storage.lock": "unlocked" },
  ],
  ["a workspace of another subscription", max, { "workspace.id": elsewhere }],
  ["an audit that exists, in prod", max, { mode: "external", "workspace.id": elsewhere }],
  ["no archive, outside prod", min, { "storage.mode": "none" }],
  ["an archive of a day, outside prod", min, { "storage.retentionDays": 1 }],
  [
    "the shortest that prod takes",
    max,
    { "storage.retentionDays": 90, "workspace.retentionDays": 90 },
  ],
  [
    "an owner's archive and days, in prod: they are not the stack's",
    max,
    {
      mode: "external",
      "workspace.id": elsewhere,
      "storage.mode": "none",
      "storage.retentionDays": 1,
    },
  ],
];

test.each(legal)("%s is legal", (_, base, audit) => {
  expect(problemsOf(base, audit)).toEqual([]);
});

/** Each row: a legal config, what is changed, and the one thing that is said of it. */
const cases: readonly (readonly [
  string,
  Record<string, unknown>,
  Record<string, unknown>,
  string,
])[] = [
  [
    "an audit that exists, without its workspace",
    min,
    { mode: "external" },
    "azure.audit.workspace.id: is missing; alerts read the workspace of an audit that exists; fix: ",
  ],
  [
    "the same in prod",
    max,
    { mode: "external" },
    "azure.audit.workspace.id: is missing; alerts read the workspace of an audit that exists; fix: ",
  ],
  [
    "a workspace that is none",
    max,
    {
      "workspace.id": elsewhere.replace(
        "OperationalInsights/workspaces",
        "Storage/storageAccounts",
      ),
    },
    "the id of a Microsoft.OperationalInsights/workspaces",
  ],
  [
    "no archive in prod",
    max,
    { "storage.mode": "none" },
    "azure.audit.storage.mode: got none; prod takes create only",
  ],
  [
    "an archive of a short time in prod",
    max,
    { "storage.retentionDays": 89 },
    "azure.audit.storage.retentionDays: got 89; prod takes 90 or more; fix: raise it",
  ],
  [
    "a workspace of a short time in prod",
    max,
    { "workspace.retentionDays": 89 },
    "azure.audit.workspace.retentionDays: got 89; prod takes 90 or more; fix: raise it",
  ],
  [
    "a workspace below what Azure keeps",
    min,
    { "workspace.retentionDays": 29 },
    "azure.audit.workspace.retentionDays",
  ],
  [
    "an archive above what Azure locks",
    min,
    { "storage.retentionDays": 146_001 },
    "azure.audit.storage.retentionDays",
  ],
  ["a lock that is none", max, { "storage.lock": "compliance" }, "azure.audit.storage.lock"],
  // They are always there, so there is no setting to turn off.
  ["audit without locks", max, { locks: false }, "azure.audit.locks"],
];

test.each(cases)("%s is refused, with its fix", (_, base, audit, said) => {
  const problems = problemsOf(base, audit);
  expect(problems).toEqual([expect.stringContaining(said)]);
  expect(problems.join()).toMatch(/fix:/);
});
