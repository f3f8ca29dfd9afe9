import { homedir, platform } from "node:os";
import { join } from "node:path";

/**
 * A folder for what is fetched or built once, outside the checkout: below $PROMPTSENTINEL_CACHE, else the user's own
 * cache folder (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
export function cacheDir(...parts: string[]): string {
  const { env } = process;
  const own = env["PROMPTSENTINEL_CACHE"];
  if (own) return join(own, ...parts);
  return join(userCache(env), "promptsentinel-secrets", ...parts);
}

function userCache(env: NodeJS.ProcessEnv): string {
  if (env["XDG_CACHE_HOME"]) return env["XDG_CACHE_HOME"];
  if (platform() === "darwin") return join(homedir(), "Library", "Caches");
  if (platform() === "win32" && env["LOCALAPPDATA"]) return env["LOCALAPPDATA"];
  return join(homedir(), ".cache");
}
