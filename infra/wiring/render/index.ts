import { nearest } from "../../configError";
import type { Wiring } from "../document";
import { cloudformation } from "./cloudformation";
import { cloudRun } from "./cloudRun";
import { compose } from "./compose";
import { containerApps } from "./containerApps";
import { ecs } from "./ecs";
import { env } from "./env";
import { externalSecret } from "./externalSecret";
import { github } from "./github";
import { gitlab } from "./gitlab";
import { helm } from "./helm";
import { json } from "./json";
import { kustomize } from "./kustomize";
import { ordered } from "./ordered";
import { usualTarget, type Renderer, type RenderInput, type Target } from "./renderer";
import { terraform } from "./terraform";
import { tfvars } from "./tfvars";

/** The formats: add one with its file and one line here. */
export const renderers = {
  ...{ json, env, compose },
  ...{ ecs, cloudformation, terraform, tfvars },
  ...{ externalSecret, helm, kustomize },
  ...{ cloudRun, containerApps, github, gitlab },
} satisfies Record<string, Renderer>;

/** What of a rendering is the caller's choice. */
export interface RenderOptions extends Partial<Target> {
  /** Which platform the deployment reads from. @default the only one */
  readonly platform?: string | undefined;
}

/**
 * Renders a wiring document.
 * @param document in whatever order: the rendering is the same
 * @param format a key of `renderers`
 * @throws when the format is unknown, the platform is not in the document or not the only one, or cannot be rendered so
 */
export function render(
  document: Wiring,
  format: string,
  { platform, ...target }: RenderOptions = {},
): string {
  const formats = Object.keys(renderers);
  if (!isFormat(format)) {
    const meant = nearest(format, formats);
    throw new Error(
      `format: got ${JSON.stringify(format)}; allowed: ${formats.join(", ")}; fix: ${meant === undefined ? "use one of these" : `use ${meant}`}`,
    );
  }
  const wiring = ordered(document);
  const names = Object.keys(wiring.platforms);
  const platformName = platform ?? (names.length === 1 ? names[0] : undefined);
  const chosen = Object.entries(wiring.platforms).find(([name]) => name === platformName)?.[1];
  if (platformName === undefined || chosen === undefined) {
    throw new Error(
      `platform: got ${platform === undefined ? "none" : JSON.stringify(platform)}; this stack has ${names.join(", ")}; fix: name one of these with --platform`,
    );
  }
  const input: RenderInput = {
    ...{ wiring, platformName, platform: chosen },
    target: { ...usualTarget, ...target },
  };
  const why = reasonAgainst(format, input);
  if (why !== undefined) {
    const can = formats.filter((one) => isFormat(one) && reasonAgainst(one, input) === undefined);
    throw new Error(
      `format: got ${format} of ${platformName}: ${why}; of ${platformName} there is ${can.join(", ")}`,
    );
  }
  return renderers[format].render(input);
}

const reasonAgainst = (format: keyof typeof renderers, input: RenderInput): string | undefined =>
  renderers[format].cannot?.(input);

const isFormat = (format: string): format is keyof typeof renderers =>
  Object.hasOwn(renderers, format);
