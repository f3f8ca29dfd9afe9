import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { max } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { named, ofType, type Recorded } from "../../support/mocks";

const ofPipeline = async (raw: unknown): Promise<readonly Recorded[]> =>
  (await deploy(parseConfig(raw, platforms))).resources.filter(({ parent }) =>
    parent?.includes("CiAccess"),
  );
const actionsOf = ({ inputs }: Recorded): readonly string[] =>
  (inputs["permissions"] as readonly { actions: readonly string[] }[]).flatMap(
    ({ actions }) => actions,
  );

test("no role of the pipeline has a data action or a wildcard", async () => {
  for (const role of ofType(await ofPipeline(max), "azure-native:authorization:RoleDefinition")) {
    expect(role.inputs["permissions"]).toMatchObject([{ dataActions: [] }]);
    for (const action of actionsOf(role)) expect(action).not.toContain("*");
  }
});

test("preview only reads", async () => {
  const role = named(await ofPipeline(max), "azure-ci-pipeline-preview-role");
  for (const action of actionsOf(role)) expect(action).toMatch(/\/read$/);
});

test("apply writes neither the vault, nor identities, roles, locks or the audit", async () => {
  const role = named(await ofPipeline(max), "azure-ci-pipeline-apply-role");
  const writes = actionsOf(role).filter((action) => !action.endsWith("/read"));
  expect(writes).toEqual([
    "Microsoft.Insights/actionGroups/write",
    "Microsoft.Insights/actionGroups/delete",
    "Microsoft.Insights/activityLogAlerts/write",
    "Microsoft.Insights/activityLogAlerts/delete",
    "Microsoft.Insights/scheduledQueryRules/write",
    "Microsoft.Insights/scheduledQueryRules/delete",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions/write",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions/delete",
    "Microsoft.EventGrid/eventSubscriptions/write",
    "Microsoft.EventGrid/eventSubscriptions/delete",
  ]);
});

test("apply grants the readers' roles to the readers alone", async () => {
  const { inputs } = named(await ofPipeline(max), "azure-ci-apply-grants");
  const condition = String(inputs["condition"]);
  expect(inputs["conditionVersion"]).toBe("2.0");
  expect(String(inputs["scope"])).toMatch(/vaults\/kv-prompt-sentinel$/);
  for (const id of [
    "4633458b-17de-408a-b874-0445c86b69e6",
    "principal-of-azure-access-app",
    "principal-of-azure-access-ci",
    "4d5e6f7a-8b9c-4d0e-9f2a-3b4c5d6e7f8a",
  ]) {
    expect(condition.split(id)).toHaveLength(3);
  }
  expect(condition).not.toContain("principal-of-azure-ci-");
  // A role and those that it is for, together.
  expect(condition).toContain(
    "{4633458b-17de-408a-b874-0445c86b69e6} AND @Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals {principal-of-azure-access-app, principal-of-azure-access-ci})",
  );
});

test("without the section there is no pipeline", async () => {
  expect(await ofPipeline(changed(max, "azure.pipeline", undefined))).toEqual([]);
});
