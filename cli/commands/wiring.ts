import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { render } from "../../infra/wiring/render";
import { wiringSchema, type Wiring } from "../../infra/wiring/document";
import type { WiringOptions } from "../cli";
import { result } from "../output";
import { openStack } from "../stack";

/** Prints a stack's wiring, or a document from a file, in a format. */
export async function wiring(options: WiringOptions): Promise<void> {
  const document = checked(await source(options));
  const { format, platform, release, namespace } = options;
  const target = {
    ...(release !== undefined && { release }),
    ...(namespace !== undefined && { namespace }),
  };
  result(document, render(document, format, { platform, ...target }), false);
}

async function source({ stack, file }: WiringOptions): Promise<unknown> {
  if (file !== undefined) {
    return JSON.parse(file === "-" ? await text(process.stdin) : await readFile(file, "utf8"));
  }
  if (stack === undefined) {
    throw new Error("wiring: got neither --stack nor --file; fix: name the stack with --stack");
  }
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
