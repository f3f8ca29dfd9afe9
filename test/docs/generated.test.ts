import { current, expected, generated, withPart } from "../support/generated";

// A stale one is written anew by `npm run generate`; the diff shows what changed and belongs in the same commit.
test.each(generated)(
  "$file is what the program says",
  async (one) => {
    expect(await current(one.file)).toBe(await expected(one));
  },
  120_000,
);

describe("a generated part", () => {
  const text = "a\n\n<!-- generated: x -->\n\nold\n\n<!-- end -->\n\nb\n";

  test("is replaced, and nothing around it", () => {
    expect(withPart(text, "x", "new")).toBe(text.replace("old", "new"));
  });

  test.each([
    ["without its beginning", text.replace("generated: x", "")],
    ["without its end", text.replace("<!-- end -->", "")],
    ["that is there twice", text + text],
  ])("%s is an error", (_, broken) => {
    expect(() => withPart(broken, "x", "new")).toThrow('no part "generated: x" that ends');
  });
});
