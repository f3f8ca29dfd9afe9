import fc from "fast-check";
import { duration, formatDuration } from "../../infra/duration";

const day = 24 * 3600;

describe("duration", () => {
  test.each([
    ["1s", 1],
    ["90s", 90],
    ["15m", 900],
    ["24h", day],
    ["1d", day],
  ])("%s is %i seconds", (text, seconds) => {
    expect(duration(day).parse(text)).toBe(seconds);
  });

  test.each(["", "0s", "15", "m", "1.5h", "-1m", " 1m", "1m ", "1w", "15M", "1h30m", "٣m"])(
    "fails %j",
    (text) => {
      const parsed = duration(day).safeParse(text);
      expect(parsed.success).toBe(false);
      expect(parsed.error?.issues[0]?.message).toBe(
        "a whole number and a unit: s, m, h or d, such as 15m",
      );
    },
  );

  test.each([900, 15, true, null, ["1m"]])("fails %j: not a text", (value) => {
    expect(duration(day).safeParse(value).success).toBe(false);
  });

  test("fails above its largest value, and takes that one", () => {
    expect(duration(day).parse("86400s")).toBe(day);
    expect(duration(day).safeParse("86401s").error?.issues[0]?.message).toBe("at most 1d");
  });
});

describe("formatDuration", () => {
  test.each([
    [1, "1s"],
    [90, "90s"],
    [900, "15m"],
    [5400, "90m"],
    [3600, "1h"],
    [7 * day, "7d"],
  ])("%i is %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test("is read back as it was", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * day }), (seconds) => {
        expect(duration(400 * day).parse(formatDuration(seconds))).toBe(seconds);
      }),
    );
  });
});
