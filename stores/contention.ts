import pRetry from "p-retry";
import type { StoreError } from "./errors";

/**
 * How often a write is begun again that others came before, how often one that was not answered, and the longest wait
 * between two, in milliseconds. Of twenty writers of one entry, one wins each round: the last needs twenty.
 */
export const contention = { retries: 40, unanswered: 3, longestWait: 3000 } as const;

/** Somebody else wrote between our look and our write, which the store therefore refused. Nothing of ours is there. */
export class LostRace extends Error {
  constructor(
    /** What to throw once patience has ended. */
    readonly last: StoreError,
  ) {
    super(last.message);
  }
}

/** A write was not answered and, as far as can be seen, not done; what is thrown in the end says that nobody can tell. */
export class Unanswered extends LostRace {}

/**
 * Does what throws `LostRace` anew, from its look on, at growing intervals of random length: those who lost together
 * do not come back together.
 * @param shortestWait milliseconds: more where each lost race leaves something in the store
 * @throws the last refusal
 */
export async function contended<Result>(
  action: () => Promise<Result>,
  shortestWait = 20,
): Promise<Result> {
  let unanswered = 0;
  try {
    return await pRetry(action, {
      ...{ retries: contention.retries, minTimeout: shortestWait, factor: 1.3, randomize: true },
      maxTimeout: contention.longestWait,
      shouldRetry: ({ error }) => {
        // Each of these may have taken the time of a call that hangs.
        if (error instanceof Unanswered) unanswered += 1;
        return error instanceof LostRace && unanswered <= contention.unanswered;
      },
    });
  } catch (error) {
    if (error instanceof LostRace) throw error.last;
    throw error;
  }
}
