import { catalog } from "../../infra/catalog";
import { createEnvironment, type Environment } from "../../infra/environment";
import { appName } from "../../infra/naming";
import type { PlatformWiring, Wiring } from "../../infra/wiring/document";

/** The environment that a wiring document is of. */
export const environmentOf = ({ stage, keys }: Wiring): Environment =>
  createEnvironment(
    {
      stage,
      tags: {},
      keys: Object.fromEntries(
        Object.keys(catalog).map((id) => [id, { enabled: keys[id] !== undefined }]),
      ),
    },
    catalog,
  );

/** Mount and prefix of a deployment's keys, as the settings of its stack have them. */
export function kvOf({ references }: PlatformWiring): { path: string; prefix: string } {
  const [first] = Object.values(references);
  const { mount = "secret", path = `${appName}/api_keys` } = first?.locator ?? {};
  return { path: mount, prefix: path.split("/").slice(0, -1).join("/") };
}
