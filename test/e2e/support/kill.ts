import { setTimeout as sleep } from "node:timers/promises";
import type { ExecaChildProcess } from "execa";
import type { Place } from "./place";

/**
 * Where to cut: before the server has a write; when it has it and the engine has not been told; when the engine has
 * been told, which then writes its checkpoint; or some milliseconds after the start.
 */
export type Cut =
  | { readonly moment: "before" | "after" | "told"; readonly write: number }
  | { readonly moment: "started"; readonly ms: number };

/** The engine, its language host and the program, all at once, as the out-of-memory killer or a CI's end would. */
const kill = ({ pid }: ExecaChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};

/**
 * Runs a command and kills it at the cut.
 * @returns whether it was killed before it could end by itself
 */
export async function killedAt(
  place: Place,
  cut: Cut,
  start: () => ExecaChildProcess,
): Promise<boolean> {
  const first = place.writes.length;
  const child = start();
  if (cut.moment === "started") {
    void sleep(cut.ms).then(() => {
      kill(child);
    });
  } else {
    place.watch((moment) => {
      if (place.writes.length - first <= cut.write) return undefined;
      if (cut.moment === "told" && moment === "after") {
        void sleep(3).then(() => {
          kill(child);
        });
        return undefined;
      }
      if (moment !== cut.moment) return undefined;
      kill(child);
      // Nobody is there to be answered any more.
      return new Promise<never>(() => undefined);
    });
  }
  const { signal } = await child;
  place.watch(undefined);
  await place.quiet();
  return signal === "SIGKILL";
}
