import { isStoreError, StoreError, type StoreErrorKind } from "./errors";
import { patiently, settled, TryAgain } from "./patience";

/** A call that failed, as the store's own module understands it. */
export interface Refusal {
  /** What to throw at the end. */
  readonly error: StoreError;
  /** Whether another try may go better. */
  readonly again: boolean;
  /** Seconds that the store asks to wait before it. */
  readonly afterSeconds?: number | undefined;
  /** Whether what was asked may have been done all the same: the answer was lost. */
  readonly maybeDone: boolean;
}

/** Makes a refusal: by itself a final one, of something that was not done. */
export type Refuse = (
  kind: StoreErrorKind,
  what: string,
  fix: string,
  more?: Partial<Refusal>,
) => Refusal;

/** What makes the refusals of a store. */
export const refusing =
  (store: string): Refuse =>
  (kind, what, fix, more) => ({
    ...{ again: false, maybeDone: false, error: new StoreError(kind, store, what, fix) },
    ...more,
  });

/** How a store's calls are made. */
export interface Manners {
  /** Makes its own text of what an SDK throws, because that may quote what was sent. */
  readonly understand: (error: unknown) => Refusal;
  /** Is told of each wait over a second. */
  readonly note: (text: string) => void;
}

/**
 * Makes a call that changes nothing, again and again while that may help.
 * @throws StoreError
 */
export const asked = <Result>(
  call: () => Promise<Result>,
  { understand, note }: Manners,
): Promise<Result> =>
  patiently(async () => {
    try {
      return await call();
    } catch (error) {
      throw isOwn(error) ? error : ended(understand(error));
    }
  }, note);

/** A write whose answer may be lost. */
export interface Sending<Result> extends Manners {
  /** What the write made, if it was done. */
  readonly look: () => Promise<Result | undefined>;
  /** What to throw when that cannot be seen. */
  readonly uncertain: StoreError;
}

/**
 * Makes a write that has no second effect by itself: where the answer is lost, it is made again only once a look has
 * shown that it was not done.
 * @throws StoreError
 */
export const sent = <Result>(
  call: () => Promise<Result>,
  { understand, note, look, uncertain }: Sending<Result>,
): Promise<Result> =>
  patiently(async () => {
    try {
      return await call();
    } catch (error) {
      if (isOwn(error)) throw error;
      const refusal = understand(error);
      if (refusal.maybeDone) {
        const found: Result[] = [];
        const done = await settled(async () => {
          const one = await look();
          if (one !== undefined) found.push(one);
          return one !== undefined;
        }, uncertain);
        const [made] = found;
        if (done && made !== undefined) return made;
      }
      throw ended(refusal);
    }
  }, note);

/** Whether the store's own module has said what to do. */
const isOwn = (error: unknown): boolean => isStoreError(error) || error instanceof TryAgain;

const ended = ({ error, again, afterSeconds }: Refusal): Error =>
  again ? new TryAgain(error, afterSeconds) : error;
