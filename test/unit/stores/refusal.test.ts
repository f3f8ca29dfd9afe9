import { StoreError } from "../../../stores/errors";
import { TryAgain } from "../../../stores/patience";
import { asked, sent, type Refusal } from "../../../stores/refusal";

const error = new StoreError("unreachable", "azure", "openai: no answer", "run it again");
const uncertain = new StoreError("uncertain", "azure", "openai: the answer was lost", "look");
const refusal = (more: Partial<Refusal>): Refusal => ({
  ...{ error, again: false, maybeDone: false },
  ...more,
});
const manners = (more: Partial<Refusal>) => ({
  understand: jest.fn(() => refusal(more)),
  note: () => undefined,
});
const failing = (times: number, result = "done") => {
  let calls = 0;
  return jest.fn(() => {
    if (++calls <= times) return Promise.reject(new Error("what an SDK says"));
    return Promise.resolve(result);
  });
};

test("a call is made again where that may help, and ends with our own text where not", async () => {
  const again = failing(2);
  expect(await asked(again, manners({ again: true }))).toBe("done");
  expect(again).toHaveBeenCalledTimes(3);
  const once = failing(1);
  await expect(asked(once, manners({}))).rejects.toBe(error);
  expect(once).toHaveBeenCalledTimes(1);
});

test("what the store's own module says is not understood a second time", async () => {
  const own = manners({});
  await expect(asked(() => Promise.reject(uncertain), own)).rejects.toBe(uncertain);
  let calls = 0;
  const twice = (): Promise<string> =>
    ++calls === 1 ? Promise.reject(new TryAgain(error)) : Promise.resolve("done");
  expect(await asked(twice, own)).toBe("done");
  expect(own.understand).not.toHaveBeenCalled();
});

describe("a write whose answer was lost", () => {
  const lost = manners({ again: true, maybeDone: true });

  test("is not made again when it was done", async () => {
    const write = failing(1);
    const look = jest.fn(() => Promise.resolve("found"));
    expect(await sent(write, { ...lost, look, uncertain })).toBe("found");
    expect([write.mock.calls.length, look.mock.calls.length]).toEqual([1, 1]);
  });

  test("is made again when it was not", async () => {
    const write = failing(1);
    const look = () => Promise.resolve(undefined);
    expect(await sent(write, { ...lost, look, uncertain })).toBe("done");
    expect(write).toHaveBeenCalledTimes(2);
  });

  test("is uncertain when nobody can look", async () => {
    const write = failing(1);
    const look = () => Promise.reject(error);
    await expect(sent(write, { ...lost, look, uncertain })).rejects.toBe(uncertain);
    expect(write).toHaveBeenCalledTimes(1);
  });
});

test("a write that was surely not done is not looked after", async () => {
  const look = jest.fn(() => Promise.resolve("found"));
  expect(await sent(failing(1), { ...manners({ again: true }), look, uncertain })).toBe("done");
  await expect(sent(failing(1), { ...manners({}), look, uncertain })).rejects.toBe(error);
  await expect(sent(() => Promise.reject(error), { ...manners({}), look, uncertain })).rejects.toBe(
    error,
  );
  expect(look).not.toHaveBeenCalled();
});
