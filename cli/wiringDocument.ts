import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { wiringSchema, type Wiring } from "../infra/wiring/document";

/** Where a command learns of a deployment: a stack's output, or a document in a file, - for stdin. */
export interface WiringSource {
  readonly stack?: string | undefined;
  readonly file?: string | undefined;
}

/**
 * A deployment's wiring document.
 * @throws when it is none, with each place; when neither a stack nor a file is named
 */
export const readWiring = async (source: WiringSource): Promise<Wiring> =>
  checked(await raw(source));

async function raw({ stack, file }: WiringSource): Promise<unknown> {
  if (file !== undefined) {
    return JSON.parse(file === "-" ? await text(process.stdin) : await readFile(file, "utf8"));
  }
  if (stack === undefined) {
    throw new Error("wiring: got neither --stack nor --file; fix: name the stack with --stack");
  }
  const { openStack } = require("./stack") as typeof import("./stack");
  const outputs = await (await openStack(stack)).outputs();
  if (outputs["wiring"] === undefined) {
    throw new Error(
      `wiring: stack ${stack} has no wiring output; fix: run \`pulumi up --stack ${stack}\` first`,
    );
  }
  return outputs["wiring"].value;
}

function checked(document: unknown): Wiring {
  const parsed = wiringSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  - ${path.map(String).join(".")}: ${message}`,
  );
  throw new Error(`wiring: this is not a wiring document of version 1\n${problems.join("\n")}`);
}
