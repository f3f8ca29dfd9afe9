import {
  all,
  any,
  has,
  is,
  like,
  literal,
  not,
  present,
  unlike,
} from "../../../infra/gcp/alerts/filter";
import { matches, parseQuery } from "../../support/loggingFilter";

const selects = (query: string, entry: unknown): boolean => matches(parseQuery(query), entry);

/** Examples of the page, or by its words. https://cloud.google.com/logging/docs/view/logging-query-language */
const instance = {
  resource: { type: "gce_instance", labels: { zone: "us-central1-a" } },
  severity: "ERROR",
};
const cat = {
  ...instance,
  labels: { "compute.googleapis.com/resource_id": "123456" },
  jsonPayload: {
    cat: "longhair",
    animal: "a nice pet",
    shoeSize: [8.5, 9, 6],
    "foo.bar": "apple",
    indoors: true,
    deltas: [{ action: "ADD" }, { action: "REMOVE" }],
  },
};

test.each<[string, unknown, boolean]>([
  // Letter case.
  ['resource.type = "gce_instance"', instance, true],
  ["resource.type = GCE_INSTANCE", instance, true],
  ['resource.type = "gce"', instance, false],
  ['resource.type : "gce"', instance, true],
  // Values in parentheses.
  ['resource.type = ("gce_instance" OR "aws_ec2_instance")', instance, true],
  ['resource.type = ("gae_app" OR "aws_ec2_instance")', instance, false],
  ['jsonPayload.cat = ("longhair" OR "shorthair")', cat, true],
  ['jsonPayload.animal : ("nice" AND "pet")', cat, true],
  ['jsonPayload.animal : ("nice" AND "dog")', cat, false],
  // AND may be left out, and a minus is NOT.
  ['resource.type="gce_instance" severity="ERROR" -jsonPayload.cat="shorthair"', cat, true],
  ['resource.type="gce_instance" severity="ERROR" -jsonPayload.cat="longhair"', cat, false],
  // A quoted part of a path; special characters.
  ['labels."compute.googleapis.com/resource_id" = "123456"', cat, true],
  ['jsonPayload."foo.bar":apple', cat, true],
  ['resource.labels.zone:"us-central1"', instance, true],
  // A field that is not there: its comparison fails, so NOT of it holds, but != does not.
  ["NOT jsonPayload.missing=foo", cat, true],
  ["jsonPayload.missing!=foo", cat, false],
  ['jsonPayload.missing!~"foo"', cat, false],
  ['NOT jsonPayload.missing=~"foo"', cat, true],
  ["NOT jsonPayload.missing>0", cat, true],
  // One that has a value by default.
  ["operation.first=false", cat, true],
  ['resource.type!="gae_app"', {}, true],
  // Whether it is there.
  ["operation.id:*", { operation: { id: "1" } }, true],
  ["operation.id:*", {}, false],
  ["jsonPayload.cat:*", cat, true],
  ["jsonPayload.deltas:*", cat, true],
  ["jsonPayload.deltas:*", { jsonPayload: { deltas: [] } }, false],
  // Of a list one member is enough, also against it.
  ["jsonPayload.shoeSize < 7", cat, true],
  ["jsonPayload.shoeSize < 6", cat, false],
  ["jsonPayload.shoeSize >= 9", cat, true],
  ['jsonPayload.deltas.action="REMOVE"', cat, true],
  ['jsonPayload.deltas.action!~"^ADD$"', cat, true],
  ['jsonPayload.deltas.action!~"^(ADD|REMOVE)$"', cat, false],
  // The value is converted to the field's type, or fails.
  ['jsonPayload.shoeSize = "9"', cat, true],
  ["jsonPayload.shoeSize = nine", cat, false],
  ["jsonPayload.indoors = True", cat, true],
  // A pattern has letter case, and is anywhere.
  ['jsonPayload.animal =~ "nice"', cat, true],
  ['jsonPayload.animal =~ "NICE"', cat, false],
  ['jsonPayload.animal =~ "(?i)NICE"', cat, true],
  ['jsonPayload.animal =~ "^nice"', cat, false],
  [String.raw`resource.labels.zone =~ "^us-central\\d-[a-c]$"`, instance, true],
])("%s", (query, entry, answer) => {
  expect(selects(query, entry)).toBe(answer);
});

test("NOT comes before OR, and OR before AND", () => {
  // The page's own: "a" OR NOT "b" AND NOT "c" OR "d" is ("a" OR (NOT "b")) AND ((NOT "c") OR "d").
  const field = (name: string) => `jsonPayload.${name}=1`;
  const [a = "", b = "", c = "", d = ""] = ["a", "b", "c", "d"].map(field);
  const plain = parseQuery(`${a} OR NOT ${b} AND NOT ${c} OR ${d}`);
  const spelled = parseQuery(`(${a} OR (NOT ${b})) AND ((NOT ${c}) OR ${d})`);
  expect(plain).toEqual(spelled);
  expect(matches(plain, { jsonPayload: { a: 1, c: 1 } })).toBe(false);
  expect(
    matches(parseQuery(`${a} OR (NOT ${b} AND NOT ${c}) OR ${d}`), { jsonPayload: { a: 1, c: 1 } }),
  ).toBe(true);
});

test.each([
  ['"The cat in the hat"', /not a field/],
  ["robot", /not a field/],
  ["thud = 1", /not a field/],
  ['log_id("cloudaudit.googleapis.com/activity")', /not a field/],
  ["jsonPayload.field = NULL_VALUE", /no value/],
  ["insertId = abc:def", /not a field|one too many/],
  ["insertId = abc.def", /needs quotes/],
  ["resource.labels.zone:us-central1", /not a field/],
  ['-- a comment\nseverity="ERROR"', /cannot read|not a field/],
  ['(severity="ERROR"', /is missing/],
  ['severity="ERROR")', /one too many/],
  ["severity=", /ends too soon/],
  ["severity AND insertId=1", /no operator/],
  ["jsonPayload.a =~ plain", /needs quotes/],
])("refuses %s", (query, problem) => {
  expect(() => parseQuery(query)).toThrow(problem);
});

test.each([
  ['severity>="ERROR"', instance, /no number/],
  ['jsonPayload.a=~"a(?=b)"', { jsonPayload: { a: "ab" } }, /not in RE2/],
  [String.raw`jsonPayload.a=~"(a)\\1"`, { jsonPayload: { a: "aa" } }, /not in RE2/],
  ['jsonPayload.deltas="ADD"', cat, /not a single value/],
  ["jsonPayload.shoeSize:9", cat, /of a number/],
])("refuses to answer %s", (query, entry, problem) => {
  expect(() => selects(query, entry)).toThrow(problem);
});

test("what the program writes is read as it is meant", () => {
  const hat = { jsonPayload: { said: 'a "quoted\\" (word)', list: ["a", "b"] }, logName: "x" };
  const said = "jsonPayload.said";
  expect(selects(is(said, 'a "quoted\\" (word)'), hat)).toBe(true);
  expect(selects(like(said, `^${literal('a "quoted\\" (word)')}$`), hat)).toBe(true);
  expect(selects(all(any(is("logName", "y"), has(said, "quoted")), not(is(said, "a"))), hat)).toBe(
    true,
  );
  // An OR takes its neighbours in unless it is in parentheses.
  expect(selects(all(is("logName", "y"), any(is("logName", "z"), is("logName", "x"))), hat)).toBe(
    false,
  );
  expect(selects(is("logName", "y", "x"), hat)).toBe(true);
  expect(selects(all(present(said), unlike("jsonPayload.list", "^a$")), hat)).toBe(true);
});
