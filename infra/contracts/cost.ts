/** One thing that costs money whether or not it is used. */
export interface CostItem {
  readonly what: string;
  readonly count: number;
  /** US dollars a month for one, by the vendor's list price of its main region. */
  readonly each: number;
  /** Where the price is published. */
  readonly source: string;
}

/** What is on costs in a month, without use: requests, stored and scanned bytes come on top. */
export interface Cost {
  readonly items: readonly CostItem[];
  /** US dollars a month. */
  readonly perMonth: number;
  /** What comes on top, and when the prices were read. */
  readonly note: string;
}

/** Adds up what there is of each item; what there is none of is left out. */
export function costOf(items: readonly CostItem[], note: string): Cost {
  const some = items.filter(({ count }) => count > 0);
  const cents = some.reduce((sum, { count, each }) => sum + count * each * 100, 0);
  return { items: some, perMonth: Math.round(cents) / 100, note };
}
