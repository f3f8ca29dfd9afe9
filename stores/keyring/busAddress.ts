import { existsSync } from "node:fs";
import { join } from "node:path";
import { notAvailable } from "./notAvailable";

const variable = "DBUS_SESSION_BUS_ADDRESS";

/**
 * The socket of the session's bus: by the variable, else where systemd has the user's.
 * https://www.freedesktop.org/software/systemd/man/latest/sd_bus_default.html
 * @throws StoreError `unavailable` where there is none, or none that is a Unix socket: others would be a program to
 * run or a connection that nobody guards
 */
export function busSocket(env: NodeJS.ProcessEnv): string {
  const named = env[variable];
  if (named) return socketOf(named);
  const ofUser = join(env["XDG_RUNTIME_DIR"] || "none", "bus");
  if (env["XDG_RUNTIME_DIR"] && existsSync(ofUser)) return ofUser;
  throw notAvailable(`there is no D-Bus session, as ${variable} is not set`);
}

/** The first Unix socket of an address: https://dbus.freedesktop.org/doc/dbus-specification.html#addresses */
function socketOf(address: string): string {
  for (const one of address.split(";")) {
    const [, kind, escaped] = /^unix:(?:[^,]*,)*?(path|abstract)=([^,]+)/.exec(one) ?? [];
    if (kind === undefined || escaped === undefined) continue;
    const name = unescaped(escaped);
    if (name !== undefined) return kind === "abstract" ? `\0${name}` : name;
  }
  throw notAvailable(`${variable} names no Unix socket`);
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
