import { parseConfig } from "../../infra/config";
import type { Wiring } from "../../infra/wiring/document";
import { render, renderers } from "../../infra/wiring/render";
import { platforms } from "../../stacks/platforms";
import { deploy, wiringOf } from "../fixtures/deploy";
import { platformCases } from "../fixtures/platforms";
import { table } from "./platformTables";

/** Every format: what it is for, and of which platforms there is one, with the fullest settings of each. */
export async function formatTable(): Promise<string> {
  const documents = await Promise.all(
    platformCases.map(async ({ name, max }) => {
      const config = parseConfig(max, platforms);
      return [name, await wiringOf(config, (await deploy(config)).results)] as const;
    }),
  );
  return table(
    ["Format", "What it is", "Platforms"],
    Object.entries(renderers).map(([format, { summary }]) => [
      `\`${format}\``,
      summary,
      documents
        .filter(([name, document]) => can(document, format, name))
        .map(([name]) => name)
        .join(", "),
    ]),
  );
}

/** Whether there is one, of a pipeline at GitHub or at GitLab. */
const can = (document: Wiring, format: string, platform: string): boolean =>
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
