import { note } from "./output";

/** Milliseconds after which whoever waits is told what for. */
const patience = 1000;

/** Replaces what is told of the work that is under way; undefined where nothing is shown. */
let live: ((text: string) => void) | undefined;

/** Shows after a while that work is under way, until it is hidden. */
interface Indicator {
  show(): void;
  hide(): Promise<void>;
}

/** Of the work that is under way, at a terminal. */
let screen: Indicator | undefined;

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
  if (!process.stderr.isTTY) return work(() => undefined);
  let part = title;
  const showing = indicator(title, () => part);
  screen = showing;
  showing.show();
  try {
    return await work((text) => {
      part = text;
      live?.(text);
    });
  } finally {
    screen = undefined;
    // What is printed next must not be wiped with the spinner.
    await showing.hide();
  }
}

/** Keeps the terminal free while a store asks at it: nothing else is shown until there is an answer. */
export async function asking<Result>(ask: () => Promise<Result>): Promise<Result> {
  await screen?.hide();
  try {
    return await ask();
  } finally {
    screen?.show();
  }
}

/** What is shown of work once it takes long. */
function indicator(title: string, part: () => string): Indicator {
  let timer: NodeJS.Timeout | undefined;
  let end: () => void = () => undefined;
  let shown: Promise<void> | undefined;
  const start = (): void => {
    const { spinner } = require("./spinner") as typeof import("./spinner");
    const hidden = new Promise<void>((resolve) => (end = resolve));
    shown = spinner(title, hidden, (say) => {
      live = say;
      say(part());
    });
  };
  return {
    show() {
      timer = setTimeout(start, patience);
    },
    async hide() {
      clearTimeout(timer);
      end();
      await shown;
      live = undefined;
    },
  };
}
