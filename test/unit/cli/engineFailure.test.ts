import { engineFailure } from "../../../cli/engineFailure";
import { UsageError } from "../../../cli/output";

/** As the engine's library says it. */
const told = (...lines: readonly string[]) => {
  const line = "Command failed with exit code 6: /bin/pulumi stack select --stack dev";
  const all = [line, ...lines].join("\n");
  return new Error(`code: -2\n stdout: \n stderr: ${all}\n err?: Error: ${all}\n`);
};

describe("what the engine could not do is told in one line, with a fix", () => {
  test.each([
    [
      ["error: no stack named 'dev' found"],
      "stack dev: no stack named 'dev' found; fix: `pulumi stack ls` lists those that there are",
    ],
    [
      ['error: constructing secrets manager of type "passphrase": incorrect passphrase'],
      'stack dev: constructing secrets manager of type "passphrase": incorrect passphrase; fix: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the stack\'s own',
    ],
    [
      ["error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions"],
      "stack dev: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions; fix: `pulumi login`, or set PULUMI_BACKEND_URL",
    ],
    [
      ['error: read ".pulumi/x": no such bucket', "more of it"],
      'stack dev: read ".pulumi/x": no such bucket; fix: see what `pulumi stack --stack dev` says',
    ],
    [
      ["panic"],
      "stack dev: Command failed with exit code 6: /bin/pulumi stack select --stack dev; fix: see what `pulumi stack --stack dev` says",
    ],
  ])("%j", (lines, expected) => {
    expect(engineFailure("dev", told(...lines)).message).toBe(expected);
  });

  test("a stack that is not there is a wrong call, the others are not", () => {
    expect(engineFailure("dev", told("error: no stack named 'dev' found"))).toBeInstanceOf(
      UsageError,
    );
    expect(engineFailure("dev", told("error: other"))).not.toBeInstanceOf(UsageError);
  });

  test("what is not the engine's is as it was", () => {
    const error = new Error("engine: no Pulumi 3.240.0 or newer could be had");
    expect(engineFailure("dev", error)).toBe(error);
  });
});
