import type { CiSettings } from "../../infra/contracts/platform";
import { environmentOf, tokenCoordinates } from "../../infra/pipelineToken";

describe("the environment of a subject", () => {
  test.each<[string, string | undefined]>([
    ["repo:promptsentinelai/prompt-sentinel:environment:security-scan", "security-scan"],
    ["repo:promptsentinelai@1/prompt-sentinel@2:environment:security-scan", "security-scan"],
    ["repo:a/b:environment:eu%3Aprod", "eu:prod"],
    ["repo:a/b:environment:prod:job_workflow_ref:a/b/.github/workflows/x.yml@main", "prod"],
    ["repo:a/b:pull_request", undefined],
    ["repo:a/environment:ref:refs/heads/main", undefined],
    ["project_path:a/b:ref_type:branch:ref:main", undefined],
  ])("%s", (subject, environment) => {
    expect(environmentOf(subject)).toBe(environment);
  });
});

describe("what a job needs", () => {
  const ci = { issuer: "https://gitlab.example.com", audience: "secrets" } as CiSettings;

  test.each<[string, readonly (string | undefined)[], string | undefined]>([
    ["one environment", ["scan"], "scan"],
    ["the same one twice", ["scan", "scan"], "scan"],
    ["two environments", ["scan", "nightly"], undefined],
    ["an environment and none", ["scan", undefined], undefined],
    ["none", [], undefined],
  ])("with tokens of %s", (_, environments, environment) => {
    expect(tokenCoordinates(ci, environments)).toStrictEqual({
      issuer: "https://gitlab.example.com",
      audience: "secrets",
      ...(environment !== undefined && { environment }),
    });
  });

  test("is nothing without a pipeline", () => {
    expect(tokenCoordinates(undefined, ["scan"])).toStrictEqual({});
  });
});
