import pRetry from "p-retry";
import { isStoreError, type StoreError } from "./errors";

/** How often a refusal for a moment is tried again, and the longest wait between two tries, in seconds. */
export const patience = { retries: 5, longestWait: 20 } as const;

/** A refusal that asks for another try, with the seconds that the store asks to wait where it says so. */
export class TryAgain extends Error {
  constructor(
    /** What to throw once patience has ended. */
    readonly last: StoreError,
    readonly afterSeconds?: number,
  ) {
    super(last.message);
  }
}

/**
 * Tries again what throws `TryAgain`, at growing intervals, and as late as the store asks, up to `longestWait`.
 * @param note is told of each wait over a second
 * @throws the last refusal
 */
export async function patiently<Result>(
  action: () => Promise<Result>,
  note: (text: string) => void = () => undefined,
): Promise<Result> {
  try {
    return await pRetry(action, {
      ...{ retries: patience.retries, minTimeout: 100, factor: 3, randomize: true },
      maxTimeout: patience.longestWait * 1000,
      shouldRetry: ({ error }) => error instanceof TryAgain,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (!(error instanceof TryAgain) || retriesLeft === 0) return;
        const seconds = Math.min(error.afterSeconds ?? 0, patience.longestWait);
        if (seconds < 1) return;
        note(`${error.last.store}: ${error.last.what}; waiting ${String(Math.ceil(seconds))} s`);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      },
    });
  } catch (error) {
    if (error instanceof TryAgain) throw error.last;
    throw error;
  }
}

/** Seconds of a Retry-After header, which is a number or a date: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/**
 * Settles a write of which the answer was lost: looks whether it was done.
 * @param look whether what was sent is there; what it throws is not told
 * @returns whether it was done
 * @throws the uncertain end when that cannot be seen either
 */
export async function settled(look: () => Promise<boolean>, end: StoreError): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    if (isStoreError(error) || error instanceof TryAgain) throw end;
    throw error;
  }
}
