import { nearest } from "../../configError";
import type { Wiring } from "../document";
import { compose } from "./compose";
import { env } from "./env";
import { json } from "./json";
import type { Renderer } from "./renderer";

/** The formats: add one with its file and one line here. */
export const renderers = { json, env, compose } as const satisfies Record<string, Renderer>;

/**
 * Renders a wiring document.
 * @param format a key of `renderers`
 * @param platform which platform the deployment reads from. @default the only one
 * @throws when the format is unknown, or the platform is not in the document or not the only one
 */
export function render(wiring: Wiring, format: string, platform?: string): string {
  const formats = Object.keys(renderers);
  if (!isFormat(format)) {
    const meant = nearest(format, formats);
    throw new Error(
      `format: got ${JSON.stringify(format)}; allowed: ${formats.join(", ")}; fix: ${meant === undefined ? "use one of these" : `use ${meant}`}`,
    );
  }
  const names = Object.keys(wiring.platforms);
  const platformName = platform ?? (names.length === 1 ? names[0] : undefined);
  const chosen = Object.entries(wiring.platforms).find(([name]) => name === platformName)?.[1];
  if (platformName === undefined || chosen === undefined) {
    throw new Error(
      `platform: got ${platform === undefined ? "none" : JSON.stringify(platform)}; this stack has ${names.join(", ")}; fix: name one of these with --platform`,
    );
  }
  return renderers[format].render({ wiring, platformName, platform: chosen });
}

const isFormat = (format: string): format is keyof typeof renderers =>
  Object.hasOwn(renderers, format);
