import { once } from "node:events";
import { createServer, request, type RequestListener } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { certificateFor } from "../../../sandbox/standin/loopback/certificate";

/** A proxy in front of a server, which writes down what is asked. Bodies and answers pass as they are. */
export interface Recorder {
  readonly address: string;
  /** PEM of the authority of its certificate, with `tls`. */
  readonly ca?: string;
  /** Methods, paths and the header that names an action of AWS, in the order of the calls. */
  readonly calls: readonly string[];
  stop(): Promise<void>;
}

export interface RecorderOptions {
  /** Seconds that the server's clock is said to be ahead. @default 0 */
  readonly ahead?: number;
  /** @default false */
  readonly tls?: boolean;
}

/** Starts one on loopback. */
export async function startRecorder(
  target: string,
  { ahead = 0, tls = false }: RecorderOptions = {},
): Promise<Recorder> {
  const calls: string[] = [];
  const forward: RequestListener = (asked, answer) => {
    const { method = "", url = "", headers } = asked;
    const action = headers["x-amz-target"];
    const path = url.split("?")[0] ?? "";
    calls.push([method, path, ...(typeof action === "string" ? [action] : [])].join(" "));
    const passed = request(new URL(url, target), { method, headers }, (came) => {
      const date = new Date(Date.now() + ahead * 1000).toUTCString();
      answer.writeHead(came.statusCode ?? 502, { ...came.headers, date });
      came.pipe(answer);
    });
    passed.once("error", () => answer.destroy());
    asked.pipe(passed);
  };
  const made = tls ? await certificateFor("127.0.0.1") : undefined;
  const server = made
    ? createSecure({ cert: made.certificate, key: made.key }, forward)
    : createServer(forward);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    address: `${tls ? "https" : "http"}://127.0.0.1:${String(port)}`,
    ...(made && { ca: made.ca }),
    calls,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
