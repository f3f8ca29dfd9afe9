import { differenceOf, ratioOf, timingOf } from "../../bench/statistics";

test("the median of an odd and of an even number of runs, with the spread", () => {
  expect(timingOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, runs: 3 });
  expect(timingOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4, runs: 4 });
});

test("a ratio is taken pair by pair, so that a slow moment does not count twice", () => {
  expect(ratioOf([2, 20, 2], [1, 10, 1])).toEqual({ median: 2, min: 2, max: 2 });
  expect(() => ratioOf([1], [])).toThrow("pairs");
});

test("so is a difference", () => {
  expect(differenceOf([0.3, 9, 0.2], [0.1, 8.9, 0.1])).toEqual({ median: 0.1, min: 0.1, max: 0.2 });
  expect(() => differenceOf([], [1])).toThrow("difference: runs have to come in pairs");
});
