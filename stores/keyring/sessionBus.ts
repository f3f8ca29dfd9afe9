import { createClient, type MessageBus } from "dbus-native";
import { busSocket } from "./busAddress";

/** A method of an object on the bus, with its arguments by their D-Bus signature. */
export interface BusCall {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

/** The session bus, seen from one service. What its calls throw is the library's, which may quote what was sent. */
export interface SessionBus {
  /** Whether the bus has taken us in: before that an error is one of the connection. */
  readonly connected: () => boolean;
  call(call: BusCall): Promise<unknown>;
  property(path: string, interfaceName: string, name: string): Promise<unknown>;
  /** The arguments of the next such signal, once `start` has begun what brings it; undefined when none comes in time. */
  signalAfter(
    call: Pick<BusCall, "path" | "interface" | "member">,
    start: () => Promise<unknown>,
    seconds: number,
  ): Promise<readonly unknown[] | undefined>;
  close(): Promise<void>;
}

/**
 * Connects to the session bus.
 * @param service the well-known name that is spoken to; the bus starts it where it can
 * @param seconds how long an answer may take
 * @throws StoreError `unavailable` where no bus is named
 */
export function connectSessionBus(
  env: NodeJS.ProcessEnv,
  service: string,
  seconds: number,
): SessionBus {
  const timeout = seconds * 1000;
  // `direct`: our own Hello, because an error of the library's Hello ends the process.
  const bus = createClient({
    socket: busSocket(env),
    authMethods: ["EXTERNAL"],
    plainValues: true,
    direct: true,
  });
  // A handshake that fails leaves the socket open, and calls wait: ended, they are told.
  bus.connection.on("error", () => bus.connection.stream.destroy());
  let connected = false;
  const hello = bus.invokeDbus<string>({ member: "Hello" }, { timeout }).then((name) => {
    bus.name = name;
    connected = true;
  });
  // Told by the first call.
  hello.catch(() => undefined);
  const call = async ({ body = [], ...rest }: BusCall): Promise<unknown> => {
    await hello;
    return bus.invoke<unknown>({ destination: service, ...rest, body: [...body] }, { timeout });
  };
  return {
    connected: () => connected,
    call,
    property: (path, interfaceName, name) =>
      call({
        ...{ path, interface: "org.freedesktop.DBus.Properties", member: "Get" },
        ...{ signature: "ss", body: [interfaceName, name] },
      }),
    signalAfter: (signal, start, waitSeconds) => nextSignal(bus, signal, start, waitSeconds),
    close: () => bus.close(),
  };
}

async function nextSignal(
  bus: MessageBus,
  signal: Pick<BusCall, "path" | "interface" | "member">,
  start: () => Promise<unknown>,
  seconds: number,
): Promise<readonly unknown[] | undefined> {
  const rule = `type='signal',path='${signal.path}',interface='${signal.interface}',member='${signal.member}'`;
  const name = bus.mangle(signal.path, signal.interface, signal.member);
  let done: (body: readonly unknown[] | undefined) => void = () => undefined;
  const next = new Promise<readonly unknown[] | undefined>((resolve) => (done = resolve));
  const heard = (body: readonly unknown[]) => {
    done(body);
  };
  const ended = () => {
    done(undefined);
  };
  bus.signals.once(name, heard);
  bus.connection.once("close", ended);
  const timer = setTimeout(ended, seconds * 1000);
  try {
    const watch = await bus.watch(rule);
    await start();
    const body = await next;
    await watch.remove();
    return body;
  } finally {
    clearTimeout(timer);
    bus.signals.removeListener(name, heard);
    bus.connection.removeListener("close", ended);
  }
}
