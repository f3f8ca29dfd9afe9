import { contended, contention, LostRace, Unanswered } from "../../../stores/contention";
import { StoreError } from "../../../stores/errors";

const last = new StoreError("conflict", "vault", "others wrote", "run it again");

describe("contended", () => {
  test("begins anew what lost a race, and gives what came of it", async () => {
    let lost = 9;
    const result = contended(() =>
      lost-- > 0 ? Promise.reject(new LostRace(last)) : Promise.resolve("written"),
    );
    await expect(result).resolves.toBe("written");
  });

  test("waits at least as long as the store wants", async () => {
    const begun = Date.now();
    let lost = 2;
    await contended(
      () => (lost-- > 0 ? Promise.reject(new LostRace(last)) : Promise.resolve()),
      100,
    );
    expect(Date.now() - begun).toBeGreaterThanOrEqual(225);
  });

  test("ends with what was to be told, after a few writes that were not answered", async () => {
    let begun = 0;
    const end = new StoreError("uncertain", "vault", "nobody can tell", "look");
    const result = contended(() => {
      begun += 1;
      return Promise.reject(new Unanswered(end));
    });
    await expect(result).rejects.toBe(end);
    expect(begun).toBe(contention.unanswered + 1);
  });

  test("a refusal is an end at once", async () => {
    let begun = 0;
    const result = contended(() => {
      begun += 1;
      return Promise.reject(last);
    });
    await expect(result).rejects.toBe(last);
    expect(begun).toBe(1);
  });
});
