import { membersOf } from "../../../../stores/aws/members";

const quoted = "sk-that-is-in-the-secret";

describe("the JSON of a secret", () => {
  test("is an object of texts, in its order", () => {
    expect(Object.entries(membersOf('{"B": "b", "A": "", "__proto__": "p"}', "s"))).toEqual([
      ["B", "b"],
      ["A", ""],
      ["__proto__", "p"],
    ]);
  });

  test.each([
    [undefined, "holds bytes"],
    [quoted, "holds no JSON"],
    [`{"A": "${quoted}`, "holds no JSON"],
    [JSON.stringify([quoted]), "no object"],
    [JSON.stringify(quoted), "no object"],
    ["null", "no object"],
    [`{"A": {"B": "${quoted}"}}`, "no text"],
    [`{"A": 12, "B": "${quoted}"}`, "no text"],
  ])("fails on %j and does not quote it", (text, what) => {
    let message = "";
    try {
      membersOf(text, "promptsentinel/api-keys");
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(`promptsentinel/api-keys: `);
    expect(message).toContain(what);
    expect(message).not.toContain(quoted);
  });
});
