import { firstOf, newestOf } from "../../../../stores/azure/versions";

const version = (name: string, second: number, write?: string) => ({
  version: name,
  createdOn: new Date(second * 1000),
  ...(write !== undefined && { tags: { write } }),
});

test("the newest is the one of the latest second; of two in one second none is named", () => {
  expect(newestOf<ReturnType<typeof version>>([])).toBeUndefined();
  expect(newestOf([version("b", 2), version("a", 3), version("c", 1)])).toMatchObject({
    version: "a",
  });
  expect(newestOf([version("a", 3), version("b", 3)])).toEqual({
    ...{ version: undefined, createdOn: new Date(3000) },
  });
});

describe("of first writers", () => {
  const ours = version("o", 5, "ours");
  test.each([
    ["alone", [ours], "ours"],
    ["with its own double", [ours, version("p", 6, "ours")], "ours"],
    ["before another", [ours, version("a", 6, "theirs")], "ours"],
    ["after another", [ours, version("a", 4, "theirs")], version("a", 4, "theirs")],
    ["after one without a tag", [ours, version("a", 4)], version("a", 4)],
    ["in one second with another", [ours, version("a", 5)], version("a", 5)],
    ["after two", [ours, version("b", 4), version("a", 3)], version("a", 3)],
    ["after two of one second", [ours, version("a", 4), version("b", 4)], "unclear"],
  ])("one that came %s", (_, versions, first) => {
    expect(firstOf(versions, "ours")).toEqual(first);
  });
});
