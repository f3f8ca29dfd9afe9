import { agreement, plainSession } from "../../../../stores/keyring/session";

describe("a session with a Secret Service", () => {
  test("has the key of both halves, by which nothing is readable between them", () => {
    for (let turn = 0; turn < 2; turn += 1) {
      const [ours, theirs] = [agreement(), agreement()];
      expect(ours.publicKey).toHaveLength(128);
      const here = ours.session("/s", theirs.publicKey);
      const there = theirs.session("/s", ours.publicKey);
      const sealed = here.seal("wert-é");
      expect(Buffer.concat([sealed[1], sealed[2]]).includes("wert")).toBe(false);
      expect(sealed[3]).toBe("text/plain");
      expect(there.unseal(sealed)).toBe("wert-é");
      expect(here.seal("wert-é")[2]).not.toEqual(sealed[2]);
    }
  });

  test("cannot be read by another session", () => {
    const stranger = agreement().session("/s", agreement().publicKey);
    const sealed = agreement().session("/s", agreement().publicKey).seal("wert");
    expect(() => {
      if (stranger.unseal(sealed) !== "wert") throw new Error("another text");
    }).toThrow();
  });

  test("without encryption takes UTF-8 alone, as Python does", () => {
    const plain = plainSession("/s");
    expect(plain.unseal(plain.seal("\ufeffwert"))).toBe("\ufeffwert");
    expect(() => plain.unseal(["/s", Buffer.alloc(0), Buffer.from([0xff]), ""])).toThrow();
  });
});
