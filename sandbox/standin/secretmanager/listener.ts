import { readFileSync } from "node:fs";
import { Metadata, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { ServiceError } from "./errors";
import { Cut, type Faults } from "./faults";
import { operations, type Message, type Method } from "./operations";
import type { Call, Service } from "./service";

/** What it says of itself, in its first line and with each answer. */
export const notice =
  "this is a small stand-in for Google Cloud Secret Manager, not the service, and without " +
  "replication, encryption, rotation, expiry, topics, aliases, filters, IAM policies, quotas and REST";

/** The service as Google's own client describes it. */
export function serviceDefinition(): ServiceDefinition {
  const file = require.resolve("@google-cloud/secret-manager/build/protos/protos.json");
  const protos = JSON.parse(readFileSync(file, "utf8")) as Parameters<typeof fromJSON>[0];
  const options = { longs: String, enums: String, bytes: Buffer };
  const name = "google.cloud.secretmanager.v1.SecretManagerService";
  return fromJSON(protos, options)[name] as ServiceDefinition;
}

type Unary = ServerUnaryCall<Message, object>;

/**
 * Answers requests, unless something was ordered to go wrong, and keeps account of them. Methods that are not here are
 * UNIMPLEMENTED.
 * @param cut ends the connection of a peer
 */
export function handlers(
  service: Service,
  faults: Faults,
  calls: Call[],
  cut: (peer: string) => void,
): UntypedServiceImplementation {
  const handler = (method: Method) => (unary: Unary, answer: sendUnaryData<object>) => {
    const call: Call = { method, code: "CUT", at: Date.now() };
    calls.push(call);
    const [authorization] = unary.metadata.get("authorization").map(String);
    try {
      const { request } = unary;
      const result = faults.around(() => service.answer(method, request, authorization, call));
      call.code = "OK";
      unary.sendMetadata(said());
      answer(null, result);
    } catch (error) {
      if (error instanceof Cut) {
        cut(unary.getPeer());
        return;
      }
      const { code, message } = error instanceof ServiceError ? error : unexpected(error);
      call.code = status[code];
      answer({ code, details: message, metadata: said() });
    }
  };
  const methods = Object.keys(operations) as Method[];
  return Object.fromEntries(methods.map((method) => [method, handler(method)]));
}

function said(): Metadata {
  const metadata = new Metadata();
  metadata.set("x-stand-in", notice);
  return metadata;
}

/** Something is wrong with the stand-in itself. */
const unexpected = (error: unknown): ServiceError =>
  new ServiceError(status.INTERNAL, `the stand-in failed: ${String(error)}`);
