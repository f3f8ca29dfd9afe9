import { inspect } from "node:util";
import { SecretValue } from "../../../stores/secretValue";

const text = "sk-ant-of-secretValue-test-1234567890";
const value = new SecretValue(text);

test("gives the value to whoever asks for it by name", () => {
  expect(value.reveal()).toBe(text);
});

test.each<[string, () => string]>([
  ["String", () => String(value)],
  ["a template", () => `it is ${value as unknown as string}`],
  ["JSON", () => JSON.stringify({ value })],
  ["inspect", () => inspect({ value }, { depth: 9, showHidden: true })],
  ["a list joined", () => [value].join()],
  ["an error", () => inspect(Object.assign(new Error("no"), { value }))],
  ["its own members", () => JSON.stringify(Object.getOwnPropertyDescriptors(value))],
])("%s does not show it", (_, shown) => {
  expect(shown()).not.toContain(text);
});

test.each([
  [text, true],
  [`${text}x`, false],
  [text.toUpperCase(), false],
  ["", false],
])("equals %#", (other, same) => {
  expect(value.equals(new SecretValue(other))).toBe(same);
});
