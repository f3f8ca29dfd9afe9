import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { wiringSchema, type Wiring } from "../infra/wiring/document";
import { UsageError } from "./output";

/** Where a command learns of a deployment: a stack's output, or a document in a file, - for stdin. */
export interface WiringSource {
  readonly stack?: string | undefined;
  readonly file?: string | undefined;
}

/**
 * A deployment's wiring document.
 * @param option the one by which the file was named
 * @throws when it is none, with each place; UsageError when neither a stack nor a file is named, and when the file
 * cannot be read or is no JSON
 */
export const readWiring = async (source: WiringSource, option = "--file"): Promise<Wiring> =>
  checked(await raw(source, option));

async function raw({ stack, file }: WiringSource, option: string): Promise<unknown> {
  if (file !== undefined) return parsed(await content(file, option), option);
  if (stack === undefined) {
    throw new UsageError(
      "wiring: got neither --stack nor --file; fix: name the stack with --stack",
    );
  }
  const { openStack } = require("./stack") as typeof import("./stack");
  const { engineFailure } = require("./engineFailure") as typeof import("./engineFailure");
  const opened = await openStack(stack);
  const outputs = await opened.outputs().catch((error: unknown) => {
    throw engineFailure(stack, error);
  });
  if (outputs["wiring"] === undefined) {
    throw new Error(
      `wiring: stack ${stack} has no wiring output; fix: run \`pulumi up --stack ${stack}\` first`,
    );
  }
  return outputs["wiring"].value;
}

async function content(file: string, option: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "it failed";
    throw new UsageError(
      `${option}: cannot be read (${code}); fix: name a file that \`pulumi stack output wiring --json\` wrote`,
    );
  }
}

/** A parser's own error quotes what was given, which can be a key that was meant for another command. */
function parsed(json: string, option: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError(
      `${option}: is no JSON; fix: \`pulumi stack output wiring --json\` prints the document`,
    );
  }
}

function checked(document: unknown): Wiring {
  const result = wiringSchema.safeParse(document);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `  - ${path.map(String).join(".")}: ${message}`,
  );
  throw new Error(`wiring: this is not a wiring document of version 1\n${problems.join("\n")}`);
}
