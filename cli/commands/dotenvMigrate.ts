import { join } from "node:path";
import { migrate as takeOver } from "../../stores/dotenvx/migrate";
import type { MigrateOptions } from "../definitions/dotenv";
import { dotenvFolder, environmentNamed } from "../dotenvFolder";
import { result } from "../output";

/** Takes an environment's values over from dotenv-vault to dotenvx or back. */
export async function migrate({
  path,
  environment: name,
  to,
  json,
}: MigrateOptions): Promise<void> {
  const folder = dotenvFolder(path);
  const environment = environmentNamed(name);
  const { outcome, names, ...files } = await takeOver({ ...folder, environment, to });
  const [source, target] = [join(folder.dir, files.from), join(folder.dir, files.to)];
  result(
    { environment, from: source, to: target, names, outcome },
    [
      outcome === "present"
        ? `${target}: has all of ${environment} already; it is as it was`
        : `${target}: ${environment} has ${names.join(", ")}`,
      `${source} is as it was: remove it once ${to} is read everywhere`,
    ].join("\n"),
    json,
  );
}
