import { Checks, type Check } from "../../../../cli/doctor/check";
import { machine } from "../../../../cli/doctor/machine";
import { named, nearName } from "../../../../cli/doctor/names";
import { exitCodeOf, reportOf, textOf } from "../../../../cli/doctor/report";
import { StoreError, type StoreErrorKind } from "../../../../stores/errors";
import { catalogKeys } from "../../../../stores/places";

const say = new Checks("vault");
const ok = say.ok("policy", "fine");
const warned = say.warning("token", "near its end", "`bao token renew`");
const failed = say.failed("key present", "is not there", "put it", "OPENAI_API_KEY");
const unseen = say.unseen("audit", "not yours", "ask");
const skipped = say.skipped("no token", "name");

test.each([
  [0, [ok]],
  [0, [ok, warned, ...skipped]],
  [4, [ok, warned, unseen, ...skipped]],
  [1, [ok, unseen, failed]],
] as const)("ends with %d", (code, checks) => {
  expect(exitCodeOf(reportOf(checks))).toBe(code);
});

test("is in the order of what depends on what, with each fix below its line", () => {
  const report = reportOf([unseen, failed, warned, ok]);
  expect(report.checks.map(({ check }) => check)).toStrictEqual([
    ...["token", "policy", "key present", "audit"],
  ]);
  expect(report.checks[2]).toStrictEqual({
    ...{ of: "vault", check: "key present", key: "OPENAI_API_KEY", status: "failed" },
    ...{ message: "is not there", fix: "put it" },
  });
  expect(report.summary).toStrictEqual({
    ...{ ok: 1, warning: 1, failed: 1, "not visible to you": 1, skipped: 0 },
  });
  expect(textOf(report)).toBe(`vault
  token        warning             near its end
      fix: \`bao token renew\`
  policy       ok                  fine
  key present  failed              OPENAI_API_KEY is not there
      fix: put it
  audit        not visible to you  not yours
      fix: ask

1 ok, 1 warning, 1 failed, 1 not visible to you`);
});

test.each([
  ["denied", "not visible to you"],
  ["throttled", "not visible to you"],
  ["unauthenticated", "failed"],
  ["unreachable", "failed"],
  ["missing", "failed"],
  ["damaged", "failed"],
  ["unavailable", "failed"],
] satisfies [StoreErrorKind, string][])("a refusal of kind %s is %s", (kind, status) => {
  const error = new StoreError(kind, "vault", "what", "fix it");
  expect(say.refused("key present", error)).toMatchObject({
    status,
    message: "what",
    fix: "fix it",
  });
  expect(() => say.refused("key present", new Error("other"))).toThrow("other");
});

describe("the name that is meant", () => {
  const key = (id: string) => {
    const found = catalogKeys.find((one) => one.id === id);
    if (!found) throw new Error(`${id}: is no key`);
    return found;
  };
  const fields = ["anthropic", "openai", "gemini"];
  test.each([
    ["anthropic", "anthropic", ["anthropic_api_key", "x"], "anthropic_api_key"],
    ["anthropic", "anthropic", ["ANTHROPIC"], "ANTHROPIC"],
    ["anthropic", "anthropic", ["antropic"], "antropic"],
    ["openai", "openai", ["gemini", "anthropic"], undefined],
    ["openai", "openai", ["openai-key"], "openai-key"],
    ["openai", "OPENAI_API_KEY", ["OPEN_AI_API_KEY", "GEMINI_API_KEYS"], "OPEN_AI_API_KEY"],
    ["gemini", "GEMINI_API_KEY", ["ANTHROPIC_API_KEY", "OPENAI_KEY"], undefined],
    [
      "snyk",
      "promptsentinel/snyk",
      ["promptsentinel/snyk-token", "other"],
      "promptsentinel/snyk-token",
    ],
    ["gemini", "gemini-api-key", ["something-else", "database"], undefined],
  ])("of %s, looked for as %s among %j, is %p", (id, wanted, names, expected) => {
    expect(nearName(wanted, key(id), names, fields)).toBe(expected);
  });

  test("is not shown when it is a key that was put in the wrong place", () => {
    expect(named("field", `sk-${"Ab3".repeat(15)}`)).toMatch(
      /^"field", a value that looks like a key/,
    );
  });
});

describe("the machine", () => {
  const of = async (env: NodeJS.ProcessEnv): Promise<readonly Check[]> =>
    machine({ wiring: undefined, env }, false);
  test.each([
    [{ API_ENV: "dev" }, "`export API_ENV=development`"],
    [{ API_ENV: "Production" }, "`export API_ENV=production`"],
    [{ SECRET_METHOD: "valut" }, "`export SECRET_METHOD=vault`"],
    [{ SECRET_METHOD: "env" }, "`export SECRET_METHOD=dotenv`"],
  ])("has a fix for %j", async (env, fix) => {
    expect(await of(env)).toContainEqual(expect.objectContaining({ status: "failed", fix }));
  });
  test.each([{}, { API_ENV: "staging", SECRET_METHOD: "keyring" }])(
    "is fine with %j",
    async (env) => {
      expect((await of(env)).map(({ status }) => status)).toStrictEqual(["ok", "ok", "ok"]);
    },
  );
});
