import { parseConfig } from "../../infra/config";
import { rules } from "../../policies/rules";
import type { Rule } from "../../policies/rules/rule";
import { platforms } from "../../stacks/platforms";
import { max, min } from "../fixtures/aws";
import { changed } from "../fixtures/changed";
import { deploy } from "../fixtures/deploy";
import { named, type Recorded } from "../support/mocks";
import { check, unknown, type Resource } from "./check";

const rule = (name: string): Rule => {
  const found = rules().find((one) => one.name === name);
  if (!found) throw new Error(`no rule ${name}`);
  return found;
};
const shown = ({ type, name, inputs, ignoreChanges }: Recorded): Resource => ({
  type,
  name,
  props: inputs,
  ignoreChanges,
});

describe("the rules on AWS", () => {
  let made: readonly Recorded[];
  beforeAll(async () => {
    made = (await deploy(parseConfig(max, platforms))).resources;
  });

  test.each<[string, unknown]>([
    ["the fullest config", max],
    ["the smallest", min],
    [
      "adopted secrets",
      changed(min, "aws.secrets", {
        mode: "adopt",
        arns: Object.fromEntries(
          ["api-keys", "snyk"].map((name) => [
            `promptsentinel/${name}`,
            `arn:aws:secretsmanager:us-east-1:210987654321:secret:promptsentinel/${name}-AbCdEf`,
          ]),
        ),
      }),
    ],
  ])("accept %s", async (_, raw) => {
    const { resources } = await deploy(parseConfig(raw, platforms));
    for (const one of rules().filter(({ name }) => name.startsWith("aws-"))) {
      expect([one.name, await check(one, resources.map(shown))]).toEqual([one.name, []]);
    }
  });

  /** A statement of a policy text, changed. */
  const statement = (text: unknown, sid: string, change: object | undefined): string => {
    const policy = JSON.parse(String(text)) as { Statement: { Sid: string }[] };
    return JSON.stringify({
      ...policy,
      Statement: policy.Statement.flatMap((one) =>
        one.Sid !== sid ? [one] : change === undefined ? [] : [{ ...one, ...change }],
      ),
    });
  };
  type Change = (props: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  const set =
    (name: string, value: unknown): Change =>
    (props) => ({ ...props, [name]: value });
  const inPolicy =
    (name: string, sid: string, change: object | undefined): Change =>
    (props) => ({ ...props, [name]: statement(props[name], sid, change) });

  const secret = "aws-store-api-keys";
  const key = "aws-store-key";
  const grants = "aws-access-app-ecs-task-grants";
  const trust = "assumeRolePolicy";

  test.each<[string, string, Change, string]>([
    ["aws-guarded-secrets", secret, set("kmsKeyId", undefined), "kmsKeyId: is missing"],
    ["aws-guarded-secrets", secret, set("recoveryWindowInDays", 0), "recoveryWindowInDays: got 0"],
    ["aws-guarded-secrets", `${secret}-policy`, set("blockPublicPolicy", false), "is not on"],
    ["aws-guarded-secrets", `${secret}-policy`, set("policy", unknown), "cannot be read"],
    [
      "aws-guarded-secrets",
      `${secret}-policy`,
      inPolicy("policy", "TlsOnly", undefined),
      "does not deny connections without TLS",
    ],
    [
      "aws-guarded-secrets",
      `${secret}-policy`,
      (props) => ({
        ...props,
        policy: statement(
          statement(props["policy"], "ThisAccountOnly", undefined),
          "ThisOrganizationOnly",
          undefined,
        ),
      }),
      "does not deny principals of other accounts",
    ],
    [
      "aws-guarded-secrets",
      `${secret}-policy`,
      (props) => ({
        ...props,
        policy: statement(
          statement(props["policy"], "ReadersOnly", undefined),
          "ValuesThroughEndpointsOnly",
          undefined,
        ),
      }),
      "leaves reading to grants alone",
    ],
    ["aws-guarded-secrets", key, set("enableKeyRotation", false), "enableKeyRotation: is not on"],
    ["aws-guarded-secrets", key, set("deletionWindowInDays", 1), "deletionWindowInDays: got 1"],
    ["aws-guarded-secrets", key, set("policy", undefined), "cannot be read"],
    [
      "aws-guarded-secrets",
      key,
      inPolicy("policy", "Administration", { Principal: "*" }),
      "allows everybody",
    ],
    [
      "aws-guarded-secrets",
      key,
      inPolicy("policy", "Administration", { Action: "kms:*" }),
      "allows kms:*",
    ],
    [
      "aws-least-privilege",
      grants,
      inPolicy("policy", "Secrets", { Action: ["secretsmanager:*"] }),
      "allows secretsmanager:*",
    ],
    [
      "aws-least-privilege",
      grants,
      inPolicy("policy", "Secrets", { Resource: "*" }),
      "on every resource without a condition",
    ],
    [
      "aws-least-privilege",
      grants,
      inPolicy("policy", "Secrets", { Action: undefined, NotAction: "iam:*" }),
      "allows what it does not name",
    ],
    ["aws-least-privilege", grants, set("policy", unknown), "cannot be read"],
    [
      "aws-narrow-trust",
      "aws-access-operator",
      inPolicy(trust, "Trust", { Principal: { AWS: "arn:aws:iam::210987654321:root" } }),
      "a whole account or everybody",
    ],
    [
      "aws-narrow-trust",
      "aws-access-operator",
      inPolicy(trust, "Trust", { Principal: "*" }),
      "a whole account or everybody",
    ],
    [
      "aws-narrow-trust",
      "aws-access-app-ecs-task",
      inPolicy(trust, "Trust", { Condition: {} }),
      "for whomever it asks",
    ],
    [
      "aws-narrow-trust",
      "aws-ci-apply",
      inPolicy(trust, "Trust", {
        Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } },
      }),
      "without an exact sub",
    ],
    ["aws-narrow-trust", "aws-access-operator", set(trust, unknown), "cannot be read"],
    ["aws-audit-on", "aws-audit-trail", set("isMultiRegionTrail", false), "isMultiRegionTrail"],
    ["aws-audit-on", "aws-audit-trail", set("enableLogging", false), "enableLogging: is off"],
    ["aws-audit-on", "aws-audit-trail", set("kmsKeyId", undefined), "kmsKeyId: is missing"],
    [
      "aws-audit-on",
      "aws-audit-trail",
      set("enableLogFileValidation", false),
      "enableLogFileValidation",
    ],
    [
      "aws-audit-on",
      "aws-audit-trail",
      set("advancedEventSelectors", [
        {
          fieldSelectors: [
            { field: "eventCategory", equals: ["Management"] },
            { field: "eventSource", notEquals: ["kms.amazonaws.com"] },
          ],
        },
      ]),
      "leave management events out",
    ],
    ["aws-audit-on", "aws-audit-log", set("retentionInDays", undefined), "retentionInDays"],
    ["aws-audit-on", "aws-audit-bucket-access", set("blockPublicAcls", false), "blockPublicAcls"],
    ["aws-audit-on", "aws-audit-bucket", set("forceDestroy", true), "forceDestroy"],
    ["aws-audit-on", "aws-alerts-topic", set("kmsMasterKeyId", ""), "kmsMasterKeyId"],
    ["aws-audit-on", "aws-alerts-unexpected-reader", set("state", "ENABLED"), "hears of no read"],
  ])("%s refuses %s otherwise", async (name, resource, change, says) => {
    const { type, inputs, ...rest } = named(made, resource);
    expect(await check(rule(name), [shown({ type, inputs, ...rest })])).toEqual([]);
    const reported = await check(rule(name), [shown({ type, inputs: change(inputs), ...rest })]);
    expect(reported.join("\n")).toContain(says);
  });

  test.each(["aws:iam/user:User", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"])(
    "no %s",
    async (type) => {
      const reported = await check(rule("aws-least-privilege"), [{ type }]);
      expect(reported).toHaveLength(1);
    },
  );

  const noMfa = changed(max, "aws.access.operator.requireMfa", false);
  const component = (stage: string): Resource => ({
    type: "promptsentinel:aws:AuditTrail",
    props: { environment: { stage } },
  });
  test.each([
    [
      "a lock that administrators open",
      changed(changed(max, "stage", "dev"), "aws.audit.lock", "governance"),
      "mode: got GOVERNANCE",
    ],
    [
      "logs for a week",
      changed(changed(max, "stage", "dev"), "aws.audit.retentionDays", 7),
      "days: got 7",
    ],
    ["people without a second factor", noMfa, "without a second factor"],
  ])("in prod, %s is refused; elsewhere it is a setting", async (_, raw, says) => {
    const { resources } = await deploy(parseConfig(raw, platforms));
    const custom = resources.filter((one) => one.custom).map(shown);
    const inStage = (stage: string) =>
      check(rule("aws-strict-in-prod"), [component(stage), ...custom]);
    expect(await inStage("dev")).toEqual([]);
    const reported = await inStage("prod");
    expect(reported).toHaveLength(1);
    expect(reported[0]).toContain(says);
  });
});
