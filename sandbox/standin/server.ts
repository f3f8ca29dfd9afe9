import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import type { ResourceModel, StandIn, Values } from "./model";

/** A provider that listens on loopback; the engine attaches by PULUMI_DEBUG_PROVIDERS. */
export interface RunningStandIn {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Serves a stand-in over the engine's provider protocol:
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 */
export async function serve(standIn: StandIn): Promise<RunningStandIn> {
  const server = new grpc.Server();
  server.addService(ResourceProviderService, handlers(standIn));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        // An engine that was killed leaves calls open: they must not keep this process.
        server.forceShutdown();
        resolve();
      }),
  };
}

const fromStruct = (struct: Struct | undefined): Values => struct?.toJavaScript() ?? {};

const toStruct = (values: Values): Struct =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>);

/** `urn:pulumi:stack::project::parent$type::name` */
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

/** Turns an async function into a gRPC handler; an error becomes the call's status. */
const unary =
  <Request, Response>(handle: (request: Request) => Promise<Response> | Response) =>
  (call: Call<Request>, callback: grpc.sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback({
            code: grpc.status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
          });
        },
      );
  };

function handlers(standIn: StandIn): grpc.UntypedServiceImplementation {
  let engine: EngineClient | undefined;
  const modelOf = (urn: string): ResourceModel => standIn.model(typeOf(urn));
  let announced = false;
  return {
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(standIn.version);
      return info;
    }),
    attach: unary((request: PluginAttach) => {
      engine = new EngineClient(request.getAddress(), grpc.credentials.createInsecure());
      return new Empty();
    }),
    getSchema: unary(() => {
      const response = new rpc.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    checkConfig: unary((request: rpc.CheckRequest) => checked(request.getNews())),
    diffConfig: unary(() => new rpc.DiffResponse()),
    configure: unary((request: rpc.ConfigureRequest) => {
      standIn.configure(fromStruct(request.getArgs()));
      // One that answers for several packages is configured for each.
      if (!announced) announce(engine, standIn);
      announced = true;
      const response = new rpc.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
    check: unary((request: rpc.CheckRequest) => {
      const model = modelOf(request.getUrn());
      const inputs = model.defaults(fromStruct(request.getNews()));
      return checked(
        toStruct(inputs),
        model.required.filter((name) => inputs[name] === undefined),
      );
    }),
    diff: unary((request: rpc.DiffRequest) => {
      const { changes, replaces } = modelOf(request.getUrn()).diff(
        fromStruct(request.getOlds()),
        fromStruct(request.getNews()),
        fromStruct(request.getOldInputs()),
      );
      const kept = changes.filter((name) => !request.getIgnorechangesList().includes(name));
      const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
      const response = new rpc.DiffResponse();
      response.setChanges(kept.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(kept);
      response.setReplacesList(replaces.filter((name) => kept.includes(name)));
      // Names are fixed, so the old one has to go before its successor can come.
      response.setDeletebeforereplace(true);
      return response;
    }),
    create: unary(async (request: rpc.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      const found = request.getPreview()
        ? { id: "", properties: inputs }
        : await modelOf(request.getUrn()).create(inputs, nameOf(request.getUrn()));
      const response = new rpc.CreateResponse();
      response.setId(found.id);
      response.setProperties(toStruct(found.properties));
      return response;
    }),
    read: unary(async (request: rpc.ReadRequest) => {
      const recorded = fromStruct(request.getProperties());
      const inputs = fromStruct(request.getInputs());
      const model = modelOf(request.getUrn());
      const found = await model.read(request.getId(), { ...inputs, ...recorded });
      const response = new rpc.ReadResponse();
      if (found === undefined) return response;
      // Inputs of a refresh are those given, as they now are; an import has none, so it takes all.
      const names = Object.keys(inputs).length > 0 ? Object.keys(inputs) : undefined;
      const now = Object.entries(found.properties).filter(
        ([name]) => names === undefined || names.includes(name),
      );
      response.setId(found.id);
      response.setProperties(toStruct(found.properties));
      response.setInputs(toStruct(Object.fromEntries(now)));
      return response;
    }),
    update: unary(async (request: rpc.UpdateRequest) => {
      const wanted = fromStruct(request.getNews());
      const properties = request.getPreview()
        ? wanted
        : await modelOf(request.getUrn()).update(
            request.getId(),
            fromStruct(request.getOlds()),
            wanted,
          );
      const response = new rpc.UpdateResponse();
      response.setProperties(toStruct(properties));
      return response;
    }),
    delete: unary(async (request: rpc.DeleteRequest) => {
      await modelOf(request.getUrn()).delete(request.getId(), fromStruct(request.getProperties()));
      return new Empty();
    }),
    invoke: unary((request: rpc.InvokeRequest) => {
      const token = request.getTok();
      if (!standIn.invoke) throw new Error(`${token}: this stand-in answers no function`);
      const response = new rpc.InvokeResponse();
      response.setReturn(toStruct(standIn.invoke(token, fromStruct(request.getArgs()))));
      return response;
    }),
    cancel: unary(() => new Empty()),
  };
}

function checked(inputs: Struct | undefined, missing: readonly string[] = []): rpc.CheckResponse {
  const response = new rpc.CheckResponse();
  response.setInputs(inputs);
  response.setFailuresList(
    missing.map((property) => {
      const failure = new rpc.CheckFailure();
      failure.setProperty(property);
      failure.setReason("is required");
      return failure;
    }),
  );
  return response;
}

/** Says in the run's own output that this is not the real provider. */
function announce(engine: EngineClient | undefined, { notice }: StandIn): void {
  const request = new LogRequest();
  request.setSeverity(LogSeverity.WARNING);
  request.setMessage(notice);
  engine?.log(request, () => undefined);
}
