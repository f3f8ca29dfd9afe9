import { render } from "../../infra/wiring/render";
import type { WiringOptions } from "../definitions/wiring";
import { result } from "../output";
import { readWiring } from "../wiringDocument";

/** Prints a stack's wiring, or a document from a file, in a format. */
export async function wiring(options: WiringOptions): Promise<void> {
  const document = await readWiring(options);
  const { format, platform, release, namespace } = options;
  const target = {
    ...(release !== undefined && { release }),
    ...(namespace !== undefined && { namespace }),
  };
  result(document, render(document, format, { platform, ...target }), false);
}
