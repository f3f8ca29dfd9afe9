import fc from "fast-check";
import { crc32c as theirs } from "../../../../sandbox/standin/secretmanager/checksum";
import { crc32c } from "../../../../stores/gcp/checksum";
import { hasValue, newestOf, versionOf, winnerOf } from "../../../../stores/gcp/versions";

const version = (number: number, ms = 0, state: "ENABLED" | "DESTROYED" = "ENABLED") => ({
  ...{ number, state, createdAt: new Date(ms) },
});

test("the checksum is that of the catalogue and of another counting", () => {
  // https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-32-iscsi
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => crc32c(bytes) === theirs(bytes)),
  );
});

test("a version is taken from the service's form", () => {
  const createTime = { seconds: "1700000000", nanos: 250_000_000 };
  expect(
    versionOf({ name: "projects/1/secrets/a/versions/12", state: "DISABLED", createTime }),
  ).toEqual({
    ...{ number: 12, state: "DISABLED", createdAt: new Date(1_700_000_000_250) },
  });
});

test("the newest has the highest number, as a number; one that is destroyed has no value", () => {
  expect(newestOf([version(9), version(10), version(2)])?.number).toBe(10);
  expect(newestOf([])).toBeUndefined();
  expect([hasValue(undefined), hasValue(version(1)), hasValue(version(1, 0, "DESTROYED"))]).toEqual(
    [...[false, true, false]],
  );
});

describe("whose value stays", () => {
  const of = { last: 0, own: 4, since: 1000 };
  test.each([
    ["the lowest of those written meanwhile", [1100, 1200, 1300], 1],
    ["the newest that was there before, where the list was behind", [100, 200, 1300], 2],
    ["the newest of all before", [100, 200, 300], 3],
  ])("%s", (_, times, number) => {
    const versions = [
      version(5, 1500),
      version(4, 1400),
      ...times.map((ms, index) => version(index + 1, ms)),
    ];
    expect(winnerOf(versions, of)?.number).toBe(number);
  });

  test("nobody's, where the list does not show all", () => {
    expect(winnerOf([version(1, 1100), version(3, 1200)], of)).toBeUndefined();
  });
});
