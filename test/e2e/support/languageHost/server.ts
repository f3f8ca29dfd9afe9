import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { streamPolicyPack } from "./policyPack";
import { startProgram, type RunningProgram } from "./program";

/**
 * A small language host in place of the real one: it runs a program or a policy pack and names no plugin, nothing
 * else. What it does not implement the engine is told.
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
 */
const engineAddress = process.argv.at(-1) ?? "";
const engine = new EngineClient(engineAddress, grpc.credentials.createInsecure());
let program: RunningProgram | undefined;

const stop = (): never => {
  program?.kill();
  process.exit();
};

const answer =
  <Request, Response>(handle: (request: Request) => Promise<Response> | Response) =>
  (
    { request }: grpc.ServerUnaryCall<Request, Response>,
    callback: grpc.sendUnaryData<Response>,
  ): void => {
    Promise.resolve(request)
      .then(handle)
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback({ code: grpc.status.UNKNOWN, details: String(error) });
        },
      );
  };

function announce(): void {
  const request = new LogRequest();
  request.setSeverity(LogSeverity.WARNING);
  request.setMessage(
    `this is a small stand-in for Pulumi's language host on Node ${process.versions.node}, not the real plugin`,
  );
  engine.log(request, () => undefined);
}

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  handshake: answer(() => new rpc.LanguageHandshakeResponse()),
  getPluginInfo: answer(() => new PluginInfo()),
  // Plugins are attached or already there.
  getRequiredPlugins: answer(() => new rpc.GetRequiredPluginsResponse()),
  getRequiredPackages: answer(() => new rpc.GetRequiredPackagesResponse()),
  run: answer((request: rpc.RunRequest) => {
    announce();
    program = startProgram(request, engineAddress);
    return program.response;
  }),
  runPlugin: streamPolicyPack,
  cancel: answer(() => {
    program?.kill();
    return new Empty();
  }),
});

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line.
  process.stdout.write(`${String(port)}\n`);
});

// The engine holds the other end of stdin: it closes when the engine ends, even by SIGKILL.
process.stdin.on("end", stop).on("error", stop).resume();
