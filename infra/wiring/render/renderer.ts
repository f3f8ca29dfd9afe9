import type { PlatformWiring, Wiring } from "../document";

/** What a renderer is given: the whole document, and the platform that the deployment reads from. */
export interface RenderInput {
  readonly wiring: Wiring;
  readonly platformName: string;
  readonly platform: PlatformWiring;
}

/** One output format. Pure, and without any value of a key. */
export interface Renderer {
  /** One line for `--help`. */
  readonly summary: string;
  render(input: RenderInput): string;
}

/** Variables that a reader gets, in the document's order. */
export const variablesOf = ({ wiring }: RenderInput, reader: "app" | "ci"): readonly string[] =>
  Object.values(wiring.keys)
    .filter(({ readers }) => readers.includes(reader))
    .map(({ env }) => env);
