import { checkForm } from "../../../stores/keyForm";
import { catalogKeys } from "../../../stores/places";
import { SecretValue } from "../../../stores/secretValue";

const key = (id: string) => {
  const found = catalogKeys.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
const check = (id: string, text: string): readonly string[] =>
  checkForm(key(id), new SecretValue(text)).map(
    ({ severity, message }) => `${severity} ${message}`,
  );

const hex = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

test.each([
  ["anthropic", `sk-ant-api03-${hex}`],
  ["openai", `sk-proj-${hex}`],
  ["gemini", `AIza${hex.slice(0, 35)}`],
  ["snyk", "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f1"],
  ["redis", hex.slice(0, 24)],
  ["gdpr", `${hex.slice(0, 43)}=`],
])("%s: a whole key is taken without a word", (id, text) => {
  expect(check(id, text)).toStrictEqual([]);
});

test.each([
  ["anthropic", "sk-ant-short", "got 12 characters"],
  ["anthropic", `sk-${hex}`, "expected: `sk-ant-` and at least 14"],
  ["openai", "sk-short", "expected: `sk-` and at least 38"],
  ["openai", `sk-ant-api03-${hex}`, "fix: put it as ANTHROPIC_API_KEY"],
  ["gemini", "AIza", "at least 21"],
  ["snyk", "short", "at least 32"],
  ["redis", "has a blank in it", "unquoted to a shell"],
  ["redis", `changeme-${hex}-password`, 'holds the word "password"'],
  ["gdpr", hex.slice(0, 32), "a Fernet key"],
  ["anthropic", "", "got nothing; fix: give the value"],
  ["anthropic", ` sk-ant-${hex}`, "has blanks at an end; fix: leave them out"],
  ["anthropic", `sk-ant-${hex}\nexport X=1`, "blanks or characters that no key has"],
])("%s: fails on %#, and says why without the value", (id, text, said) => {
  const findings = check(id, text);
  expect(findings.join("\n")).toContain(said);
  expect(findings.some((one) => one.startsWith("error "))).toBe(true);
  if (text.length > 12) expect(findings.join("\n")).not.toContain(text);
});

test.each([
  ["gemini", `AQ.${hex}`, "the application's own SecretManager refuses"],
  ["openai", `sk-proj-test${hex}`, 'holds the word "test"'],
])("%s: warns where the application's rule is wrong, with the reason", (id, text, said) => {
  const findings = check(id, text);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatch(/^warning /);
  expect(findings[0]).toContain(said);
});

test("every key of the catalogue says its form in words", () => {
  for (const { id } of catalogKeys) expect(check(id, "?").join()).not.toContain("/^");
});
