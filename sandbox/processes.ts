import { createServer } from "node:net";
import execa from "execa";

/** A process that cannot outlive this one. */
export interface TiedProcess {
  /** Resolves when it has ended, with the end of what it wrote to stderr and stdout. */
  readonly ended: Promise<{ readonly output: string; readonly exitCode: number | undefined }>;
  stop(): Promise<void>;
}

export interface TiedOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Folder that is removed once the process has ended. */
  readonly owns?: string;
}

/**
 * Runs the command below a shell that waits on a pipe from here: when this process ends, even by SIGKILL, the pipe
 * closes, and the shell stops the command and removes its folder. In a session of its own, so that Ctrl-C in a
 * terminal reaches this process alone and the order of stopping is ours.
 */
const supervisor = `
exec 3<&0
[ -z "$OWNS" ] || : >"$OWNS/.tied"
"$@" </dev/null 3<&- & child=$!
# Nobody reads what the shell itself says once this process is gone, and writing would end it before it has cleaned up.
exec >/dev/null 2>&1
(
  read -r word <&3
  [ "$word" = stop ] && [ -n "$OWNS" ] && rm -f "$OWNS/.tied"
  kill "$child"
  tries=0
  while kill -0 "$child" && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -9 "$child"
) & watcher=$!
exec 3<&-
wait "$child"; status=$?
kill "$watcher"
if [ -n "$OWNS" ]; then
  # Nobody said stop: others may still be writing there.
  if [ -e "$OWNS/.tied" ]; then rm -rf "$OWNS"; sleep 2; fi
  rm -rf "$OWNS"
fi
exit "$status"
`;

/** Starts a command that ends with this process. */
export function startTied(
  command: string,
  args: readonly string[],
  { env, owns }: TiedOptions = {},
): TiedProcess {
  const child = execa("/bin/sh", ["-c", supervisor, "sh", command, ...args], {
    detached: true,
    reject: false,
    all: true,
    buffer: true,
    stdin: "pipe",
    env: { ...env, OWNS: owns ?? "" },
  });
  const ended = child.then(({ all, exitCode }) => ({
    output: (all ?? "").split("\n").slice(-20).join("\n"),
    exitCode,
  }));
  return {
    ended,
    async stop() {
      child.stdin?.end("stop\n");
      await ended;
    },
  };
}

/** A port on loopback that nobody listens on now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("no free port on loopback"));
      });
    });
  });
