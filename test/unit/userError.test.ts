import { RunError } from "@pulumi/pulumi/errors";
import { ConfigError } from "../../infra/configError";
import { PreflightError } from "../../stacks/program";

test.each<[string, Error]>([
  ["ConfigError", new ConfigError(["one thing"])],
  ["PreflightError", new PreflightError(["one thing"])],
])("%s reaches a user as its message, without a stack", (name, error) => {
  expect(RunError.isInstance(error)).toBe(true);
  expect(error.message).toContain("one thing");
  expect(error.stack).toBe(`${name}: ${error.message}`);
});
