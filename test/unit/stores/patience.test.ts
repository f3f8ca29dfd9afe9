import { StoreError } from "../../../stores/errors";
import { patience, patiently, retryAfter, settled, TryAgain } from "../../../stores/patience";

const busy = new StoreError("throttled", "vault", "asked to come later", "try again later");
const end = new StoreError("uncertain", "vault", "nobody knows", "run status");

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Lets every wait pass, and gives how the call ended and the milliseconds that it waited. */
async function ended(call: Promise<unknown>): Promise<{ got: unknown; ms: number }> {
  const from = Date.now();
  const state = { over: false };
  const got = call
    .catch((error: unknown) => error)
    .finally(() => {
      state.over = true;
    });
  while (!state.over) await jest.advanceTimersByTimeAsync(100);
  return { got: await got, ms: Date.now() - from };
}

test("tries again until it is done", async () => {
  let tries = 0;
  const { got } = await ended(
    patiently(() => {
      if (++tries < 3) throw new TryAgain(busy);
      return Promise.resolve("done");
    }),
  );
  expect(got).toBe("done");
  expect(tries).toBe(3);
});

test("ends with the last refusal, after a bounded number of tries", async () => {
  let tries = 0;
  const { got, ms } = await ended(
    patiently(() => {
      tries += 1;
      throw new TryAgain(busy, 3600);
    }),
  );
  expect(got).toBe(busy);
  expect(tries).toBe(patience.retries + 1);
  expect(ms).toBeLessThan((patience.retries + 1) * 2 * patience.longestWait * 1000);
});

test("waits as long as the store asks, and says so in whole seconds", async () => {
  const said: string[] = [];
  let tries = 0;
  const { ms } = await ended(
    patiently(
      () => {
        if (++tries < 2) throw new TryAgain(busy, 6.2);
        return Promise.resolve();
      },
      (text) => said.push(text),
    ),
  );
  expect(ms).toBeGreaterThanOrEqual(6200);
  expect(said).toStrictEqual(["vault: asked to come later; waiting 7 s"]);
});

test("any other failure is thrown at once", async () => {
  let tries = 0;
  const denied = new StoreError("denied", "vault", "no", "ask for it");
  const { got } = await ended(
    patiently(() => {
      tries += 1;
      throw denied;
    }),
  );
  expect(got).toBe(denied);
  expect(tries).toBe(1);
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["soon", undefined],
  ["12", 12],
  ["-3", 0],
  ["Thu, 01 Jan 1970 00:01:30 GMT", 30],
  ["Thu, 01 Jan 1970 00:00:30 GMT", 0],
])("Retry-After %p is %p seconds", (header, seconds) => {
  expect(retryAfter(header, 60_000)).toBe(seconds);
});

test("a lost write is settled by looking; where that fails too nobody can tell", async () => {
  expect(await settled(() => Promise.resolve(true), end)).toBe(true);
  expect(await settled(() => Promise.resolve(false), end)).toBe(false);
  await expect(settled(() => Promise.reject(busy), end)).rejects.toBe(end);
  await expect(
    settled(() => Promise.reject(new TypeError("a fault of ours")), end),
  ).rejects.toThrow(TypeError);
});
