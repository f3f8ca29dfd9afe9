import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import type { Duplex } from "node:stream";

/** A proxy that leads to one host. */
export interface Tunnel {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A proxy on loopback for HTTPS_PROXY, by which a process reaches the stand-in under the vault's own name, with its code
 * and its URL as they are. It leads to that host's port of TLS and nowhere else.
 * https://www.rfc-editor.org/rfc/rfc9110#name-connect
 */
export async function openTunnel(host: string, target: Server): Promise<Tunnel> {
  const open = new Set<Duplex>();
  const proxy = createServer((_request, response) => {
    response.writeHead(403, { "Content-Type": "text/plain" });
    response.end(`this stand-in leads to https://${host} alone\n`);
  });
  proxy.on("connect", ({ url }, socket, head) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // A client may leave at any time.
    socket.on("error", () => socket.destroy());
    if (url?.toLowerCase() !== `${host}:443`) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    socket.unshift(head);
    // https://nodejs.org/api/http.html#event-connection
    target.emit("connection", socket);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    stop: async () => {
      for (const socket of open) socket.destroy();
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, "close");
    },
  };
}
