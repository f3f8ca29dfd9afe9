import { UsageError } from "./output";

/** What mends the failures that a reader of a stack meets, by the engine's own words. */
const fixes: readonly (readonly [RegExp, string])[] = [
  [/no stack named .* found/, "`pulumi stack ls` lists those that there are"],
  [
    /passphrase/i,
    "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the stack's own",
  ],
  [/PULUMI_ACCESS_TOKEN|log ?in|credentials/i, "`pulumi login`, or set PULUMI_BACKEND_URL"],
];

/**
 * What the engine could not do with a stack: its own reason in one line, and a fix. Its library gives the exit code and
 * all output instead, the error twice:
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/automation/errors.ts
 * @returns a UsageError where there is no such stack; what is no failure of the engine's as it was
 */
export function engineFailure(stack: string, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  if (!/^code: -?\d+\s/.test(text)) return error instanceof Error ? error : new Error(text);
  const reason = reasonIn(text);
  const fix =
    fixes.find(([words]) => words.test(reason))?.[1] ??
    `see what \`pulumi stack --stack ${stack}\` says`;
  const message = `stack ${stack}: ${reason}; fix: ${fix}`;
  return /no stack named/.test(reason) ? new UsageError(message) : new Error(message);
}

const reasonIn = (text: string): string =>
  (/^error: (.+)$/m.exec(text) ?? /^ stderr: (.+)$/m.exec(text))?.[1]?.trim() ??
  "the engine failed and said nothing";
