import { throttled, unavailable } from "./errors";

/** What a test can order to go wrong. */
export type Fault =
  /** 429. The service was seen to send no Retry-After; a proxy before it may. */
  | { readonly kind: "throttled"; readonly retryAfterSeconds?: number }
  /** 503 */
  | { readonly kind: "unavailable" }
  /** The connection ends without an answer: before anything is done, or after it was done. */
  | { readonly kind: "cut"; readonly when: "before" | "after" };

/** The connection is to end. */
export class Cut extends Error {}

/** Faults in the order in which they were ordered, one for each request. */
export class Faults {
  private readonly ordered: Fault[] = [];

  /** For the next requests, whichever these are. */
  order(fault: Fault, times = 1): void {
    for (let count = 0; count < times; count++) this.ordered.push(fault);
  }

  /** Does the work, or what was ordered in its place. */
  async around<Result>(work: () => Promise<Result>): Promise<Result> {
    const fault = this.ordered.shift();
    if (fault?.kind === "throttled") throw throttled(fault.retryAfterSeconds);
    if (fault?.kind === "unavailable") throw unavailable();
    if (fault?.when === "before") throw new Cut();
    const result = await work();
    if (fault) throw new Cut();
    return result;
  }
}
