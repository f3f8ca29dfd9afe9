import { parse } from "dotenv";
import { array, assert, constantFrom, property, string, tuple } from "fast-check";
import {
  appended,
  quoted,
  timesSet,
  valuesOf,
  withoutValue,
  withValue,
} from "../../../../stores/files/envLines";

const put = (text: string, value = "new"): string => withValue(text, "KEY", value, "dotenv");
const clear = (text: string): string => withoutValue(text, "KEY", "dotenv");

test.each([
  ["an empty file", "", "KEY=new\n"],
  ["the end of one without a line end", "A=1", "A=1\nKEY=new\n"],
  ["the end of one from Windows", "A=1\r\n", "A=1\r\nKEY=new\r\n"],
  ["its own line only", "A=1\nKEY=old\nB=2\n", "A=1\nKEY=new\nB=2\n"],
  ["a line that is exported", " export KEY = 'old' # why\n", " export KEY=new # why\n"],
  ["a line from Windows", "KEY=old\r\nB=2\r\n", "KEY=new\r\nB=2\r\n"],
  ["a line of the other form", "KEY: old\n", "KEY=new\n"],
  ["quotes that Compose does not know", "KEY=`old`\n", "KEY=new\n"],
  ["a value over lines", 'KEY="one\ntwo"\nB=2\n', "KEY=new\nB=2\n"],
  ["an empty one with a comment", "KEY= # why\n", "KEY=new # why\n"],
  ["a placeholder", "# say\n# KEY=\nB=2\n", "# say\nKEY=new\nB=2\n"],
  ["one of two, the one that counts", "KEY=a\nB=2\nKEY=b\n", "B=2\nKEY=new\n"],
  ["no comment that has a value", "# KEY=old\n", "# KEY=old\nKEY=new\n"],
  ["no name that only begins like it", "KEYS=1\nMY_KEY=2\n", "KEYS=1\nMY_KEY=2\nKEY=new\n"],
  ["no line within a value", 'A="x\nKEY=in\n"\n', 'A="x\nKEY=in\n"\nKEY=new\n'],
])("a value goes to %s", (_, before, after) => {
  expect(put(before)).toBe(after);
  expect(parse(after)["KEY"]).toBe("new");
});

test.each([
  ["a value", "A=1\nKEY=old\nB=2\n", "A=1\n# KEY=\nB=2\n"],
  ["an exported one with a comment", "export KEY='old' # why\r\nB=2\r\n", "# KEY=\r\nB=2\r\n"],
  ["both of two", "KEY=a\nB=2\nKEY=b\n", "B=2\n# KEY=\n"],
  ["a value over lines", 'KEY="one\ntwo"\nB=2\n', "# KEY=\nB=2\n"],
  ["nothing where there is none", "B=2\n", "B=2\n"],
])("a placeholder takes the place of %s", (_, before, after) => {
  expect(clear(before)).toBe(after);
  expect(parse(after)).not.toHaveProperty("KEY");
});

test("a file that would change elsewhere too is refused, with nothing of it told", () => {
  const text = 'A=\n"begins late\nKEY=old\n"\n';
  expect(() => put(text)).toThrow(/dotenv: KEY: the file cannot be changed here/);
  expect(() => put(text)).not.toThrow(/begins late|old/);
});

test("whatever other lines there are, they are as they were", () => {
  const other = constantFrom(
    ...["A=1", "export B='x # y'", 'C="two\nlines"', "# KEY = 3", "# note", "", "D: yaml", "E=`b`"],
  );
  const own = constantFrom("KEY=old", "export KEY='old'", 'KEY="old" # c', "# KEY=", "KEY=");
  assert(
    property(
      array(other),
      own,
      array(other),
      constantFrom("\n", "\r\n"),
      (before, line, after, end) => {
        const text = (lines: readonly string[]): string => lines.map((one) => one + end).join("");
        const changed = put(text([...before, line, ...after]));
        expect(changed.startsWith(text(before))).toBe(true);
        expect(changed.endsWith(text(after))).toBe(true);
        expect(timesSet(changed, "KEY")).toBe(1);
        expect(clear(changed)).toContain(`# KEY=`);
      },
    ),
  );
});

test("what is written is read as it was", () => {
  assert(
    property(tuple(string({ unit: "grapheme-ascii" }), string()), ([plain, any]) => {
      for (const value of [plain, any].filter((one) => one !== "")) {
        let written: string;
        try {
          written = quoted("KEY", value, "dotenv");
        } catch {
          expect(value).toMatch(/['\\\p{Cc}\u2028\u2029]|\$\{/u);
          continue;
        }
        expect(valuesOf(`KEY=${written}\nB=2\n`)).toEqual({ KEY: value, B: "2" });
      }
    }),
    { numRuns: 500 },
  );
});

test("a value of a key needs no quotes", () => {
  expect(quoted("K", "sk-ant-a.b_c=", "dotenv")).toBe("sk-ant-a.b_c=");
  expect(quoted("K", "two words # $x", "dotenv")).toBe("'two words # $x'");
});

test.each(["it's", "a\\b", "a\nb", "a${HOME}"])(
  "what readers take differently is refused (%#)",
  (value) => {
    expect(() => quoted("KEY", value, "dotenv")).toThrow(/dotenv: KEY: the value has a quote/);
    expect(() => quoted("KEY", value, "dotenv")).not.toThrow(value);
  },
);

test("lines are added in the file's own kind", () => {
  expect(appended("A=1\r\n", ["# B="])).toBe("A=1\r\n# B=\r\n");
});
