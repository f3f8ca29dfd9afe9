import type { Wiring } from "../../infra/wiring/document";
import { render, renderers } from "../../infra/wiring/render";
import { changed } from "../fixtures/changed";
import { documentOf } from "../fixtures/documentOf";
import { min } from "../fixtures/kubernetes";
import { platformCases } from "../fixtures/platforms";
import { table } from "./platformTables";

/** The fullest settings of each platform, and of a cluster those for the application's chart and for its manifests. */
const stacks: readonly (readonly [string, Record<string, unknown>])[] = [
  ...platformCases.map(({ name, max }) => [name, max] as const),
  ["kubernetes", min],
  [
    "kubernetes",
    changed(min, "kubernetes.target", { mode: "own", secretName: "prompt-sentinel-secrets" }),
  ],
];

/** Every format: what it is for, and of which platforms there is one. */
export async function formatTable(): Promise<string> {
  const documents = await Promise.all(
    stacks.map(async ([name, raw]) => [name, await documentOf(raw)] as const),
  );
  return table(
    ["Format", "What it is", "Platforms"],
    Object.entries(renderers).map(([format, { summary }]) => {
      const can = documents.filter(([name, document]) => isMade(document, format, name));
      return [`\`${format}\``, summary, [...new Set(can.map(([name]) => name))].join(", ")];
    }),
  );
}

/** Whether there is one, of a pipeline at GitHub or at GitLab. */
const isMade = (document: Wiring, format: string, platform: string): boolean =>
  ["token.actions.githubusercontent.com", "gitlab.com"].some((issuer) => {
    const text = JSON.stringify(document).replaceAll(
      /token\.actions\.githubusercontent\.com/g,
      issuer,
    );
    try {
      return render(JSON.parse(text) as Wiring, format, { platform }) !== "";
    } catch {
      return false;
    }
  });
