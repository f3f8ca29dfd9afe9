import type { PlatformWiring, Wiring } from "../document";

/** What a deployment chose for itself, which no stack knows. */
export interface Target {
  /** Name of the Helm release. @default "prompt-sentinel" */
  readonly release: string;
  /** Namespace of the deployment. @default "prompt-sentinel" */
  readonly namespace: string;
}

/** The application's own names. */
export const usualTarget: Target = { release: "prompt-sentinel", namespace: "prompt-sentinel" };

/** What a renderer is given: the whole document, the platform that the deployment reads from, and what it chose. */
export interface RenderInput {
  readonly wiring: Wiring;
  readonly platformName: string;
  readonly platform: PlatformWiring;
  readonly target: Target;
}

/** One output format. Pure, and without any value of a key. */
export interface Renderer {
  /** One line for `--help`. */
  readonly summary: string;
  /**
   * Why a platform, or an identity as the stack has it, cannot be rendered so, and what to set; undefined when it can.
   * @default every platform can
   */
  cannot?(input: RenderInput): string | undefined;
  render(input: RenderInput): string;
}

/** A key as a reader gets it: its variable, and where the value is. */
export interface ReaderKey {
  readonly id: string;
  readonly env: string;
  readonly locator: Readonly<Record<string, string>>;
}

/** Keys that a reader gets, in the document's order: `render` gives them the catalogue's. */
export const keysOf = (
  { wiring, platform }: RenderInput,
  reader: "app" | "ci",
): readonly ReaderKey[] =>
  Object.entries(wiring.keys)
    .filter(([, { readers }]) => readers.includes(reader))
    .map(([id, { env }]) => ({ id, env, locator: platform.references[id]?.locator ?? {} }));

/** Variables that a reader gets, in the document's order. */
export const variablesOf = (input: RenderInput, reader: "app" | "ci"): readonly string[] =>
  keysOf(input, reader).map(({ env }) => env);

/** Coordinates of one way of a reader to its identity; undefined where the stack has none. */
export const loginOf = (
  { platform }: RenderInput,
  reader: "app" | "ci",
  way: string,
): Readonly<Record<string, string>> | undefined => platform.identities[reader]?.logins[way];

/** What is missing where a stack has no such way, with the setting that makes it. */
export const withoutLogin = (
  { platformName }: RenderInput,
  reader: "app" | "ci",
  ways: readonly string[],
): string =>
  `${reader} has no way in by ${ways.join(" or ")}; fix: add ${ways.map((way) => `${platformName}.access.${reader}.${way}`).join(" or ")} to the stack's settings and run it again`;
