import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import { ServiceError } from "./errors";
import { Cut, type Faults } from "./faults";
import type { Answer, Call, Service } from "./service";

/** What it says of itself, in its first line and with each answer. */
export const notice = "this is a small stand-in for Azure Key Vault's secrets, not the service";

/** Answers requests, unless something was ordered to go wrong, and keeps account of them. */
export function listener(service: Service, faults: Faults, calls: Call[]): RequestListener {
  const outcome = async (request: IncomingMessage): Promise<Answer | ServiceError | undefined> => {
    const call: Call = { status: 0, at: Date.now() };
    calls.push(call);
    try {
      const answer = await faults.around(() => service.answer(request, call));
      call.status = answer.status;
      return answer;
    } catch (error) {
      if (error instanceof Cut) return undefined;
      const failure = error instanceof ServiceError ? error : unexpected(error);
      call.status = failure.status;
      return failure;
    }
  };
  return (request, response) => {
    void outcome(request).then((result) => {
      if (result === undefined) {
        request.socket.destroy();
        return;
      }
      response.writeHead(result.status, {
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "no-cache",
        "x-ms-request-id": randomUUID(),
        "X-Stand-In": notice,
        ...(result instanceof ServiceError ? result.options.headers : {}),
      });
      response.end(result.body === undefined ? undefined : JSON.stringify(result.body));
    });
  };
}

/** Something is wrong with the stand-in itself. */
const unexpected = (error: unknown): ServiceError =>
  new ServiceError(500, "StandInFailed", String(error));
