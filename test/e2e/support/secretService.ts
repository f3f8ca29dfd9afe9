import { accessSync, constants } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import execa, { type ExecaChildProcess } from "execa";
import { pythonProgram } from "./python";

/** What a real Secret Service needs that is not here, and the command that brings it. */
export const missingSecretService = (): string | undefined => {
  const missing = ["dbus-daemon", "gnome-keyring-daemon"].filter((name) => !onPath(name));
  return missing.length === 0
    ? undefined
    : `${missing.join(" and ")}: not there; install with \`apt-get install --no-install-recommends dbus gnome-keyring\``;
};

const onPath = (name: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** A user's session without a desktop: a bus of its own, and GNOME Keyring on it, in a folder that goes away. */
export interface SecretServiceSession {
  /** What programs in the session have in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly dir: string;
  /** Ends the keyring's daemon and starts another, which is locked: its password is asked for in a window. */
  readonly lock: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts a bus, and an unlocked keyring on it unless `keyring` is false. */
export async function startSecretService({ keyring = true } = {}): Promise<SecretServiceSession> {
  const dir = await mkdtemp(join(tmpdir(), "keyring-"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: join(dir, "home"),
    XDG_DATA_HOME: join(dir, "data"),
    XDG_CONFIG_HOME: join(dir, "config"),
    XDG_RUNTIME_DIR: join(dir, "run"),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(dir, "bus")}`,
  };
  for (const name of ["home", "data", "config", "run"]) {
    await mkdir(join(dir, name), { mode: 0o700 });
  }
  await writeFile(join(dir, "bus.conf"), busConfig(env.DBUS_SESSION_BUS_ADDRESS));
  const bus = started("dbus-daemon", ["--nofork", `--config-file=${join(dir, "bus.conf")}`], env);
  await until(() => answers(join(dir, "bus")));
  let daemon = keyring ? await startDaemon(env, "unlocked") : undefined;
  const end = async (child: ExecaChildProcess | undefined) => {
    child?.kill("SIGTERM");
    await child;
  };
  return {
    env,
    dir,
    lock: async () => {
      await end(daemon?.child);
      daemon = await startDaemon(env, "locked");
    },
    stop: async () => {
      await end(daemon?.child);
      await end(bus);
      await rm(dir, { recursive: true });
    },
  };
}

/**
 * A bus as each session has it, but that it starts nothing by itself: on a machine with a desktop that would be another
 * keyring than the one that is tested, and windows. https://dbus.freedesktop.org/doc/dbus-daemon.1.html
 */
const busConfig = (address: string): string => `<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** Its password is of no worth: the folder goes away with the test. */
async function startDaemon(env: Record<string, string>, state: "locked" | "unlocked") {
  const daemon = started(
    "gnome-keyring-daemon",
    ["--foreground", "--components=secrets", ...(state === "unlocked" ? ["--unlock"] : [])],
    env,
    state === "unlocked" ? "of-the-test" : undefined,
  );
  const owner = [
    "--session",
    "--print-reply",
    "--dest=org.freedesktop.DBus",
    "/org/freedesktop/DBus",
  ];
  const ask = [...owner, "org.freedesktop.DBus.GetNameOwner", "string:org.freedesktop.secrets"];
  await until(
    async () =>
      (await execa("dbus-send", ask, { extendEnv: false, env, reject: false })).exitCode === 0,
  );
  // Not the child itself: it is a promise, which would be waited for.
  return { child: daemon };
}

const started = (
  command: string,
  options: readonly string[],
  env: Record<string, string>,
  input?: string,
): ExecaChildProcess =>
  execa(command, [...options], {
    ...{ extendEnv: false, env, reject: false, stdout: "ignore", stderr: "ignore" },
    ...(input === undefined ? { stdin: "ignore" } : { input }),
  });

/** A socket's file is there some time before anybody listens. */
const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.end();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await done()) return;
    await sleep(50);
  }
  throw new Error("the session of the test did not come up in 10 s");
}

/** What Python's keyring is told to do. */
export interface PythonWish {
  readonly set?: Readonly<Record<string, string>>;
  readonly delete?: readonly string[];
  /** Items of other programs: attributes, and the secret. */
  readonly foreign?: readonly Readonly<Record<string, string>>[];
  readonly password?: string;
}

/** What it sees then: fingerprints of what the guide's loader loads, and each item of the default collection. */
export interface PythonSight {
  readonly backend: string;
  readonly read: Readonly<Record<string, string>>;
  readonly items: readonly {
    readonly label: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly type: string;
  }[];
}

/** Runs the guide's keyring code in a session. */
export async function pythonKeyring(
  python: string,
  env: Readonly<Record<string, string>>,
  wish: PythonWish = {},
): Promise<PythonSight> {
  const { stdout } = await execa(python, [pythonProgram("keyring_reader")], {
    ...{ extendEnv: false, env, input: JSON.stringify(wish), timeout: 60_000 },
  });
  return JSON.parse(stdout) as PythonSight;
}
