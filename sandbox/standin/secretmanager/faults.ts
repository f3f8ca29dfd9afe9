import { throttled, unavailable } from "./errors";

/** What a test can order to go wrong. */
export type Fault =
  /** RESOURCE_EXHAUSTED, which over HTTP is 429. */
  | { readonly kind: "throttled" }
  /** UNAVAILABLE, which over HTTP is 503. */
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
  around<Result>(work: () => Result): Result {
    const fault = this.ordered.shift();
    if (fault?.kind === "throttled") throw throttled();
    if (fault?.kind === "unavailable") throw unavailable();
    if (fault?.when === "before") throw new Cut();
    const result = work();
    if (fault) throw new Cut();
    return result;
  }
}
