import { readFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { satisfies } from "semver";
import { nearest, shown } from "../../infra/configError";
import { apiEnvs } from "../../infra/environment";
import { storeNames } from "../../stores/store";
import { Checks, type Check } from "./check";
import type { Subject } from "./subject";

const say = new Checks("machine");

/**
 * What the application and this command find here, whatever the store.
 * @param withEngine whether a stack is meant, for which an engine is needed
 */
export async function machine(
  { wiring, env }: Pick<Subject, "wiring" | "env">,
  withEngine: boolean,
): Promise<readonly Check[]> {
  return [
    method(env),
    apiEnv(env, wiring?.apiEnv),
    node(),
    ...(withEngine ? [await engine()] : []),
  ];
}

function method(env: NodeJS.ProcessEnv): Check {
  const got = env["SECRET_METHOD"];
  if (!got) return say.ok("environment", "SECRET_METHOD is not set: the guide's loader takes .env");
  if (storeNames.some((name) => name === got)) {
    return say.ok("environment", `SECRET_METHOD is ${got}`);
  }
  const meant = nearest(got, storeNames) ?? "dotenv";
  return say.failed(
    "environment",
    `SECRET_METHOD: got ${shown(got)}, which the guide's loader takes for dotenv; allowed: ${storeNames.join(", ")}`,
    `\`export SECRET_METHOD=${meant}\``,
  );
}

/** `dev` and `prod` stop the application at its start: its settings.py. */
function apiEnv(env: NodeJS.ProcessEnv, deployed: string | undefined): Check {
  const got = env["API_ENV"];
  const allowed = Object.values(apiEnvs);
  if (!got) return say.ok("environment", "API_ENV is not set: the application has its default");
  if (!allowed.some((name) => name === got)) {
    const byStage = (apiEnvs as Readonly<Record<string, string>>)[got];
    return say.failed(
      "environment",
      `API_ENV: got ${shown(got)}, with which the application does not start; allowed: ${allowed.join(", ")}`,
      `\`export API_ENV=${byStage ?? nearest(got, allowed) ?? deployed ?? "development"}\``,
    );
  }
  return deployed !== undefined && got !== deployed
    ? say.warning(
        "environment",
        `API_ENV is ${got}, and this deployment is ${deployed}`,
        `\`export API_ENV=${deployed}\``,
      )
    : say.ok("environment", `API_ENV is ${got}`);
}

function node(): Check {
  const { engines } = JSON.parse(
    readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"),
  ) as { engines: { node: string } };
  return satisfies(process.versions.node, engines.node)
    ? say.ok("program", `Node ${process.versions.node}`)
    : say.failed(
        "program",
        `Node ${process.versions.node}; expected: ${engines.node}`,
        "install a newer one (https://nodejs.org)",
      );
}

/** This installs nothing. But --stack reads the stack's output by the engine, which may be fetched for it; --file does not. */
async function engine(): Promise<Check> {
  try {
    const { stdout } = await execa("pulumi", ["version"], {
      env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return say.ok("program", `Pulumi ${stdout.trim().replace(/^v/, "")}`);
  } catch {
    return say.ok(
      "program",
      "no Pulumi on PATH; --stack takes the one of this project's cache, which is fetched where it is not there; --file needs none",
    );
  }
}
