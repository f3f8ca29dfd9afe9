import { note } from "./output";

/** Milliseconds after which whoever waits is told what for. */
const patience = 1000;

/** Replaces what is told of the work that is under way; undefined where nothing is shown. */
let live: ((text: string) => void) | undefined;

/** Notes something that a store tells, which whoever waits sees at once, and still when the waiting is over. */
export function tell(text: string): void {
  live?.(text);
  note(text);
}

/**
 * Does some work. When it takes longer than a second, a terminal shows what is being done, on stderr, until it is
 * done; where stderr is no terminal nothing is shown, so that a log has results alone.
 * @param work is given a function that says which part is under way
 */
export async function during<Result>(
  title: string,
  work: (say: (text: string) => void) => Promise<Result>,
): Promise<Result> {
  let part = title;
  const done = work((text) => {
    part = text;
    live?.(text);
  });
  if (!process.stderr.isTTY) return done;
  let shown: Promise<void> | undefined;
  const timer = setTimeout(() => {
    const { spinner } = require("./spinner") as typeof import("./spinner");
    shown = spinner(title, done, (say) => {
      live = say;
      say(part);
    });
  }, patience);
  try {
    return await done;
  } finally {
    clearTimeout(timer);
    // What is printed next must not be wiped with the spinner.
    await shown;
    live = undefined;
  }
}
