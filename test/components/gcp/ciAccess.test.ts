import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max } from "../../fixtures/gcp";
import { once } from "../../fixtures/once";
import { named, ofType } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const permissionsOf = async (raw: Record<string, unknown>, role: string): Promise<string[]> =>
  named((await made(raw)).resources, `gcp-ci-${role}-role`).inputs["permissions"] as string[];

test("each role of the pipeline is an account that one subject becomes, with a role of its own", async () => {
  const { resources } = await made(max);
  const pool =
    "principal://iam.googleapis.com/projects/604321987655/locations/global/workloadIdentityPools/sentinel-prod-oidc/subject/repo:promptsentinelai/prompt-sentinel";
  for (const [role, subject] of [
    ["preview", "pull_request"],
    ["apply", "environment:prod"],
  ] as const) {
    expect(named(resources, `gcp-ci-${role}`).inputs["accountId"]).toBe(
      `promptsentinel-prod-${role}`,
    );
    const token = `gcp-ci-${role}-token-repo-promptsentinelai-prompt-sentinel-${subject.replace(/[_:]/g, "-")}`;
    expect(named(resources, token).inputs["member"]).toBe(`${pool}:${subject}`);
    expect(named(resources, `gcp-ci-${role}-on-project`).inputs).toEqual({
      project: "sentinel-prod-4711",
      role: `projects/sentinel-prod-4711/roles/promptsentinel_prod_${role}`,
      member: `serviceAccount:promptsentinel-prod-${role}@sentinel-prod-4711.iam.gserviceaccount.com`,
    });
  }
});

test("neither reads a value, deletes one, becomes somebody or opens the project", async () => {
  for (const denyOthers of [true, false]) {
    const raw = changed(max, "gcp.access.denyOthers", denyOthers);
    for (const role of ["preview", "apply"]) {
      const permissions = await permissionsOf(raw, role);
      for (const one of permissions) {
        expect(one).not.toMatch(
          /versions\.(access|add|enable|disable|destroy)|secrets\.delete|actAs|getAccessToken|signBlob|signJwt|implicitDelegation|serviceAccountKeys|projects\.setIamPolicy|serviceAccounts\.(create|update|setIamPolicy)|workloadIdentity\w+\.(create|update)|sinks\.(create|update|delete)|buckets\.(create|update|delete)|denypolicies\.(create|update|delete)|useToDecrypt/,
        );
        expect(one).not.toContain("*");
      }
    }
  }
});

test("preview only looks; apply grants on secrets only where a deny policy keeps it from reading", async () => {
  for (const one of await permissionsOf(max, "preview")) {
    expect(one).toMatch(/\.(get|list|getIamPolicy)$/);
  }
  expect(await permissionsOf(max, "apply")).toContain("secretmanager.secrets.setIamPolicy");
  const open = changed(max, "gcp.access.denyOthers", false);
  expect(await permissionsOf(open, "apply")).not.toContain("secretmanager.secrets.setIamPolicy");
});

test("what bounds apply is there before it is", async () => {
  const { dependsOn } = named((await made(max)).resources, "gcp-ci-apply-on-project");
  expect(dependsOn.some((urn) => urn.endsWith("::gcp-access-deny-others"))).toBe(true);
});

test("without the section there is no account of the pipeline", async () => {
  const { resources } = await made(changed(max, "gcp.pipeline", undefined));
  expect(ofType(resources, "gcp:projects/iAMCustomRole:IAMCustomRole")).toEqual([]);
  expect(resources.filter(({ name }) => name.startsWith("gcp-ci"))).toEqual([]);
});
