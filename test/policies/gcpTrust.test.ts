import { parseConfig } from "../../infra/config";
import { expressionOf, heldTo, period } from "../../policies/gcp/expression";
import { platforms } from "../../stacks/platforms";
import { deploy } from "../fixtures/deploy";
import { max } from "../fixtures/gcp";
import type { Recorded } from "../support/mocks";
import { reportedOf, rule, set, type Change } from "./changedStack";
import { check, unknown } from "./check";

let made: readonly Recorded[];
beforeAll(async () => {
  made = (await deploy(parseConfig(max, platforms))).resources;
});

const pipeline = "gcp-access-pool-oidc-consumers";
const aws = "gcp-access-pool-aws-aws-210987654321";
const prod = "repo:promptsentinelai/prompt-sentinel:environment:prod";
const arn = "arn:aws:sts::210987654321:assumed-role";
const condition = (text: unknown): Change => set("attributeCondition", text);

test.each<[string, string, Change, string]>([
  ["no condition", pipeline, condition(undefined), "is missing"],
  ["a condition to come", pipeline, condition(unknown), "not known"],
  ["everybody", pipeline, condition("true"), "names no exact subject"],
  ["an owner", pipeline, condition("assertion.repository_owner == 'a'"), "no exact subject"],
  ["a repository", pipeline, condition("assertion.repository == 'a/b'"), "no exact subject"],
  ["a beginning", pipeline, condition("assertion.sub.startsWith('repo:a/b:')"), "no exact subject"],
  ["all but one", pipeline, condition(`assertion.sub != "${prod}"`), "no exact subject"],
  ["none", pipeline, condition(`assertion.sub == ""`), "no exact subject"],
  ["a wildcard", pipeline, condition(`assertion.sub == "repo:a/b:environment:*"`), "no exact"],
  ["a wildcard too", pipeline, condition(`assertion.sub in ["${prod}", "a*"]`), "no exact"],
  ["the repository's", pipeline, condition(`assertion.sub == "repo:a/b"`), "many runs of GitHub"],
  ["an owner's subject", pipeline, condition(`assertion.sub == "repository_owner:a"`), "many runs"],
  ["one of them loose", pipeline, condition(`assertion.sub in ["${prod}", "repo:a/b"]`), "many"],
  ["no TLS", pipeline, set("oidc.issuerUri", "http://example.com"), "no https:// address"],
  ["an issuer to come", pipeline, set("oidc.issuerUri", unknown), "not known"],
  ["no issuer", pipeline, set("oidc", undefined), "oidc.issuerUri: is missing"],
  ["audiences to come", pipeline, set("oidc.allowedAudiences", unknown), "are not known"],
  ["an empty audience", pipeline, set("oidc.allowedAudiences", [""]), "or empty texts"],
  ["an account", aws, condition(`assertion.account == "210987654321"`), "names no exact role"],
  [
    "an account's root",
    aws,
    condition(`assertion.arn == "arn:aws:iam::210987654321:root"`),
    "role",
  ],
  ["roles", aws, condition(`attribute.aws_role in ["${arn}/*"]`), "names no exact role"],
])("gcp-narrow-trust refuses %s", async (_, resource, change, says) => {
  expect(await reportedOf("gcp-narrow-trust", made, resource, change)).toContain(says);
});

const subject: Change = condition(`google.subject == '${prod}'`);
test.each<[string, string, Change]>([
  ["one subject", pipeline, condition(`assertion.sub == '${prod}'`)],
  ["a subject as it is mapped", pipeline, subject],
  ["the provider's own audience", pipeline, set("oidc.allowedAudiences", undefined)],
  ["one role", aws, condition(`attribute.aws_role == "${arn}/a"`)],
  ["one session", aws, condition(`assertion.arn == "${arn}/a/b"`)],
])("gcp-narrow-trust accepts %s", async (_, resource, change) => {
  expect(await reportedOf("gcp-narrow-trust", made, resource, change)).toBe("");
});

test("a subject that is mapped from something else is none", async () => {
  const change: Change = (props) =>
    subject(set("attributeMapping", { "google.subject": "assertion.repository" })(props));
  expect(await reportedOf("gcp-narrow-trust", made, pipeline, change)).toContain(
    "no exact subject",
  );
});

const policy = (spec: unknown, name = "iam.managed.disableServiceAccountKeyCreation") => ({
  type: "gcp:orgpolicy/policy:Policy",
  props: { name: `projects/a/policies/${name}`, spec },
});

test.each([
  { rules: [{ enforce: "TRUE" }, { enforce: "FALSE" }] },
  { rules: [{ enforce: "FALSE" }] },
  { rules: [{ allowAll: "TRUE" }] },
  { reset: true },
])("no constraint on trust is lifted: %j", async (spec) => {
  expect(await check(rule("gcp-narrow-trust"), [policy(spec)])).toHaveLength(1);
  expect(await check(rule("gcp-narrow-trust"), [policy(spec, "gcp.resourceLocations")])).toEqual(
    [],
  );
});

test("a constraint may be enforced", async () => {
  expect(await check(rule("gcp-narrow-trust"), [policy({ rules: [{ enforce: "TRUE" }] })])).toEqual(
    [],
  );
});

describe("a condition is read only where it can be true in one way", () => {
  const held = (text: string): readonly string[] | undefined => {
    const expression = expressionOf(text);
    return expression && heldTo(expression, "assertion.sub");
  };

  test.each([
    [`assertion.sub == "a"`, ["a"]],
    [`assertion.sub == 'a'`, ["a"]],
    [`assertion.sub in ["a", 'b']`, ["a", "b"]],
    [`assertion.sub=="a"&&assertion.ref=="b"`, ["a"]],
    [`assertion["x-y"] in ["1"] && assertion.sub in [ "a" ]`, ["a"]],
    [String.raw`assertion.sub == "a\"b && c || d"`, ['a"b && c || d']],
    [`assertion.sub == "#0"`, ["#0"]],
  ])("%s", (text, values) => {
    expect(held(text)).toEqual(values);
  });

  test.each([
    `assertion.sub == "a" || true`,
    `true || assertion.x == "b" && assertion.sub == "a"`,
    `assertion.x ? true : assertion.sub == "a"`,
    `true // && assertion.sub == "a"`,
    `true // \n && assertion.sub == "a"`,
    `!(assertion.x == "b" && assertion.sub == "a" && assertion.y == "c")`,
    `assertion.x in [false && assertion.sub in ["a"] && true, true]`,
    `!assertion.sub == "a"`,
    `assertion.sub == "a" == false`,
    `assertion.subject == "a"`,
    `my.assertion.sub == "a"`,
    `assertion_sub == "a"`,
    `assertion.sub in []`,
    `assertion.sub in ["a"] + assertion.others`,
    `assertion.sub == r"a"`,
    `assertion.sub == """a"""`,
    `assertion.sub == "a" "b"`,
    String.raw`assertion.sub == 'a\'`,
    `assertion.sub == "a`,
    `assertion.sub == #0`,
    `assertion.x == "a" && assertion.sub == #0`,
  ])("not %s", (text) => {
    expect(held(text)).toBeUndefined();
  });

  test.each([
    `request.time >= timestamp("2026-12-01T00:00:00Z")`,
    `request.time < timestamp("2026-12-01T00:00:00Z")`,
    `request.time >= timestamp("tomorrow") && request.time < timestamp("2026-12-01T00:00:00Z")`,
    `request.time >= timestamp("2026-12-01T00:00:00Z") && request.time < timestamp("")`,
  ])("no period is %s", (text) => {
    const expression = expressionOf(text);
    expect(expression).toBeDefined();
    expect(expression && period(expression)).toBeUndefined();
  });

  test("of times the narrowest", () => {
    const at = (comparison: string, day: number): string =>
      `request.time ${comparison} timestamp("2026-12-0${String(day)}T00:00:00Z")`;
    const text = [at(">=", 1), at(">", 2), at("<", 5), at("<=", 4)].join(" && ");
    const expression = expressionOf(text);
    expect(expression && period(expression)).toEqual({
      from: Date.parse("2026-12-02T00:00:00Z"),
      until: Date.parse("2026-12-04T00:00:00Z"),
    });
  });
});
