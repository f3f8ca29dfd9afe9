import { inFlight } from "../../../stores/inFlight";

describe("inFlight", () => {
  test("who asks while a call is under way gets its answer; who asks later makes a new one", async () => {
    let calls = 0;
    const share = inFlight<number>();
    const call = () => Promise.resolve(++calls);
    expect(await Promise.all([share("a", call), share("a", call), share("b", call)])).toEqual([
      1, 1, 2,
    ]);
    expect(await share("a", call)).toBe(3);
  });

  test("a call that failed is not kept either", async () => {
    const share = inFlight<number>();
    await expect(share("a", () => Promise.reject(new Error("cut")))).rejects.toThrow("cut");
    await expect(share("a", () => Promise.resolve(1))).resolves.toBe(1);
  });
});
