import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { ProgramInfo, RunResponse } from "@pulumi/pulumi/proto/language_pb";

/** A program that the engine asked for. */
export interface RunningProgram {
  readonly response: Promise<RunResponse>;
  kill(): void;
}

/** The SDK ends a program with it when the user has been told already what is wrong. */
const alreadyTold = 32;

/**
 * Starts the program as the real language host does: the SDK's runner below `node`, in the engine's working folder,
 * with the options of Pulumi.yaml.
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/pulumi-language-nodejs/main.go (execRuntime)
 */
export function startProgram(request: RunRequest, engineAddress: string): RunningProgram {
  const info = request.getInfo() ?? new ProgramInfo();
  const options = info.getOptions()?.toJavaScript() ?? {};
  const runner = createRequire(join(info.getProgramDirectory(), "package.json")).resolve(
    "@pulumi/pulumi/cmd/run/index.js",
  );
  const child = spawn(
    "node",
    [...words(options["nodeargs"]), runner, ...programArgs(request, info, engineAddress)],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...programEnv(request, options) } },
  );
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  return { response: ended(child), kill: () => child.kill("SIGKILL") };
}

/** The runner's flags; what is empty is left out. */
function programArgs(request: RunRequest, info: ProgramInfo, engineAddress: string): string[] {
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
}

function programEnv(
  request: RunRequest,
  options: Readonly<Record<string, unknown>>,
): NodeJS.ProcessEnv {
  const config = request
    .getConfigMap()
    .getEntryList()
    // The form that every version of the SDK reads; the names of secrets stay as they are.
    .map(([key, value]) => [key.replace(/^([^:]+):(?:config:)?/, "$1:config:"), value]);
  const tsconfig = options["tsconfigpath"];
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(config)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(options["typescript"] === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(typeof tsconfig === "string" ? { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig } : {}),
  };
}

/** The real one splits as a shell does; here quotes are refused, so that nobody relies on them unseen. */
function words(nodeargs: unknown): readonly string[] {
  if (nodeargs === undefined) return [];
  if (typeof nodeargs === "string" && !/["'\\]/.test(nodeargs)) {
    return nodeargs.split(/\s+/).filter((word) => word !== "");
  }
  throw new Error(
    "runtime.options.nodeargs: this stand-in knows words without quotes; fix: teach it more, or use the real language host",
  );
}

const ended = (child: ChildProcess): Promise<RunResponse> =>
  new Promise((resolve) => {
    const respond = (error: string, bail = false): void => {
      const response = new RunResponse();
      response.setError(error);
      response.setBail(bail);
      resolve(response);
    };
    child.once("error", (error) => {
      respond(`could not run node: ${error.message}`);
    });
    child.once("close", (code) => {
      if (code === 0) respond("");
      else if (code === alreadyTold) respond("", true);
      else respond(`Program exited with non-zero exit code: ${String(code)}`);
    });
  });
