/**
 * One call for all who ask for the same at one time: keys that share a container are read together. What has come is
 * not kept, so whoever asks later gets what is there later.
 */
export function inFlight<Result>(): (what: string, call: () => Promise<Result>) => Promise<Result> {
  const under = new Map<string, Promise<Result>>();
  return (what, call) => {
    const known = under.get(what);
    if (known !== undefined) return known;
    const begun = call().finally(() => under.delete(what));
    under.set(what, begun);
    return begun;
  };
}
