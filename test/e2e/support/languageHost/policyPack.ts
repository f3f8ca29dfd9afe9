import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import {
  ProgramInfo,
  RunPluginResponse,
  type RunPluginRequest,
} from "@pulumi/pulumi/proto/language_pb";

/**
 * Runs a policy pack by the SDK's own loader, whose first line the engine reads its port from, for as long as the
 * engine listens. Of the kinds of plugin it knows that one.
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto (RunPlugin)
 */
export function streamPolicyPack(
  call: grpc.ServerWritableStream<RunPluginRequest, RunPluginResponse>,
): void {
  const { request } = call;
  if (request.getKind() !== "analyzer") {
    call.destroy(
      Object.assign(new Error(`this stand-in runs no plugin of kind ${request.getKind()}`), {
        code: grpc.status.UNIMPLEMENTED,
      }),
    );
    return;
  }
  const pack = (request.getInfo() ?? new ProgramInfo()).getProgramDirectory();
  const loader = createRequire(join(pack, "package.json")).resolve(
    "@pulumi/pulumi/cmd/run-policy-pack",
  );
  const child = spawn("node", [loader, ...request.getArgsList(), pack], {
    cwd: pack,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const send = (fill: (response: RunPluginResponse) => void): void => {
    const response = new RunPluginResponse();
    fill(response);
    call.write(response);
  };
  child.stdout.on("data", (data: Buffer) => {
    send((response) => {
      response.setStdout(data);
    });
  });
  child.stderr.on("data", (data: Buffer) => {
    send((response) => {
      response.setStderr(data);
    });
  });
  child.once("close", (code) => {
    send((response) => {
      response.setExitcode(code ?? 1);
    });
    call.end();
  });
  call.on("cancelled", () => child.kill("SIGKILL"));
}
