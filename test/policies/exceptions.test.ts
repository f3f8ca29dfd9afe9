import { exceptionProblems, exceptions, type Exception } from "../../policies/exceptions";
import { noProviderCredential } from "../../policies/rules/noProviderCredential";
import { validExceptions } from "../../policies/rules/validExceptions";
import { check, urnOf } from "./check";

const now = new Date("2026-01-15T12:00:00Z");
const violation = { type: "pulumi:providers:vault", props: { token: "a" } };
const valid: Exception = {
  rule: "no-provider-credential",
  urn: urnOf(violation),
  reason: "until the pipeline has its role",
  expires: "2026-01-31",
};
const names = ["no-provider-credential"];

const invalid: readonly [string, Partial<Exception>][] = [
  ["rule", { rule: "no-such-rule" }],
  ["urn", { urn: "urn:pulumi:test::*" }],
  ["urn", { urn: "vault" }],
  ["reason", { reason: " " }],
  ["expires", { expires: "2026-01-14" }],
  ["expires", { expires: "soon" }],
  ["expires", { expires: "2026-13-01" }],
  ["expires", { expires: "2027-01-01" }],
];

test("a valid exception is no violation, and accepts one", async () => {
  expect(exceptionProblems(valid, names, now)).toStrictEqual([]);
  expect(
    await check(
      validExceptions(names, [valid], () => now),
      [],
    ),
  ).toStrictEqual([]);
  expect(
    await check(noProviderCredential, [violation], { exceptions: [valid], now }),
  ).toStrictEqual([]);
});

test.each(invalid)("a wrong %s is a violation, and accepts nothing: %o", async (field, wrong) => {
  const exception = { ...valid, ...wrong };
  const reported = await check(
    validExceptions(names, [exception], () => now),
    [],
  );
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(`exceptions[0].${field}: `);
  expect(
    await check(noProviderCredential, [violation], { exceptions: [exception], now }),
  ).toHaveLength(1);
});

test("an exception holds for its rule and its resource alone", async () => {
  const other = { ...violation, name: "other" };
  const options = { exceptions: [valid], now };
  expect(await check(noProviderCredential, [violation, other], options)).toHaveLength(1);
  const ofAnother = { exceptions: [{ ...valid, rule: "no-value-bearing-resource" }], now };
  expect(await check(noProviderCredential, [violation], ofAnother)).toHaveLength(1);
});

test.each([
  ["2026-01-31T23:59:59Z", 0],
  ["2026-02-01T00:00:00Z", 1],
])("at %s an exception until 2026-01-31 has %i problems", (at, count) => {
  expect(exceptionProblems(valid, names, new Date(at))).toHaveLength(count);
});

test("the exceptions of this project hold today", async () => {
  expect(await check(validExceptions(names), [])).toStrictEqual([]);
  expect(exceptions).toStrictEqual([]);
});
