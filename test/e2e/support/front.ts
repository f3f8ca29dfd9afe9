import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { request } from "undici";

/** One call that came, by its place among those that came. */
export interface FrontCall {
  readonly index: number;
  readonly method: string;
  readonly path: string;
  /** What AWS calls the operation, without the service. */
  readonly operation: string;
}

/** Before the server has a call, and when it has answered and the caller was not told. */
export type Moment = "before" | "after";

/** Pass it on; break the connection off; keep it without an answer; or answer in the server's place. */
export type Verdict =
  | "pass"
  | "cut"
  | "hang"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    };

export type Watcher = (moment: Moment, call: FrontCall) => Verdict | Promise<Verdict>;

/** Stands in front of a server and passes calls on, or does to them what a network and a busy server do. */
export interface Front {
  readonly address: string;
  /** What came, as `METHOD path` or the operation of AWS. */
  readonly calls: readonly string[];
  /** From the next call on, which is number 0. */
  watch(watcher: Watcher | undefined): void;
  close(): Promise<void>;
}

export async function startFront(upstream: string): Promise<Front> {
  const calls: string[] = [];
  let watcher: Watcher = () => "pass";
  let index = 0;

  const handle = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    const call = described(from, index++);
    calls.push(call.operation || `${call.method} ${call.path}`);
    const body = await buffer(from);
    if (ended(await watcher("before", call), from, to)) return;
    const answer = await request(new URL(from.url ?? "/", upstream), {
      method: call.method,
      headers: withoutHop(from.headers),
      body: body.length === 0 ? null : body,
    });
    const text = await buffer(answer.body);
    if (ended(await watcher("after", call), from, to)) return;
    to.writeHead(answer.statusCode, withoutHop(answer.headers)).end(text);
  };
  const server = createServer((from, to) => {
    handle(from, to).catch(() => from.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls,
    watch: (next) => {
      watcher = next ?? (() => "pass");
      index = 0;
      calls.length = 0;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const described = (from: IncomingMessage, index: number): FrontCall => ({
  index,
  method: from.method ?? "",
  path: from.url ?? "",
  operation: String(from.headers["x-amz-target"] ?? "").replace("secretsmanager.", ""),
});

function ended(verdict: Verdict, from: IncomingMessage, to: ServerResponse): boolean {
  if (verdict === "pass") return false;
  if (verdict === "cut") from.socket.destroy();
  if (typeof verdict === "object") {
    const { status, headers = {}, body } = verdict;
    to.writeHead(status, headers).end(body === undefined ? "" : JSON.stringify(body));
  }
  return true;
}

const hop = ["connection", "keep-alive", "transfer-encoding", "content-length"];

/** Headers that are of one connection alone. */
const withoutHop = (headers: IncomingMessage["headers"]): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hop.includes(name) ? [] : [[name, value]],
    ),
  );
