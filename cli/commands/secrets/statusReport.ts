import { exitCodes } from "../../exitCodes";
import { counted, table } from "../../table";
import type { Agreement, KeyStatus } from "./keyStatus";
import { shortVersion } from "./outcome";

/** What `secrets status --json` prints. */
export interface Report {
  readonly stores: readonly KeyStatus[];
  readonly keys: readonly {
    readonly key: string;
    readonly agreement: Agreement;
    /** Whether it has to be there: not where no deployment is named and the application runs without it. */
    readonly expected: boolean;
  }[];
}

const isExpected = ({ keys }: Report, { key }: KeyStatus): boolean =>
  keys.some((one) => one.key === key && one.expected);

/** 0 all there and the same; what is known to be wrong goes before what is not known. */
export function statusCode(report: Report): number {
  const { stores, keys } = report;
  const wrong =
    stores.some((one) => one.overdue || (one.present === false && isExpected(report, one))) ||
    keys.some(({ agreement }) => agreement === "differ");
  if (wrong) return exitCodes.failed;
  const unknown =
    stores.some(({ present }) => present === "unknown") ||
    keys.some(({ agreement }) => agreement === "unknown");
  return unknown ? exitCodes.unknown : 0;
}

/** For people: a line a key and store, and below it what to look at. */
export function statusText(report: Report): string {
  const { stores, keys } = report;
  const rows = keys.flatMap(({ key }) =>
    stores
      .filter((one) => one.key === key)
      .map((one, index) => [
        ...[index === 0 ? key : "", one.store, presence(report, one)],
        ...[shortVersion(one.version ?? "-"), age(one), rotation(one), fingerprint(one)],
      ]),
  );
  const head = ["KEY", "STORE", "PRESENT", "VERSION", "AGE", "NEXT ROTATION", "FINGERPRINT"];
  return [table(head, rows), ...remarks(report).map((line) => `${line}\n`)].join("");
}

const presence = (report: Report, one: KeyStatus): string => {
  if (one.present === "unknown") return "unknown";
  if (one.present) return "yes";
  return isExpected(report, one) ? "NO" : "no";
};

const age = ({ ageDays }: KeyStatus): string =>
  ageDays === undefined ? "-" : counted(ageDays, "day");

const rotation = ({ nextRotation, overdue }: KeyStatus): string =>
  nextRotation === undefined ? "-" : overdue ? "OVERDUE" : nextRotation.slice(0, 10);

const fingerprint = (one: KeyStatus): string => {
  if (one.fingerprint !== undefined) return one.fingerprint;
  return one.readable || one.problem !== undefined ? "-" : "not readable by you";
};

function remarks({ stores, keys }: Report): readonly string[] {
  const named = (wanted: Agreement): string =>
    keys.flatMap(({ key, agreement }) => (agreement === wanted ? [key] : [])).join(", ");
  const [differ, unknown, agree] = [named("differ"), named("unknown"), named("agree")];
  const problems = new Set(stores.flatMap(({ problem }) => problem ?? []));
  return [
    ...problems,
    ...(differ === "" ? [] : [`the stores DIFFER in: ${differ}`]),
    ...(unknown === "" ? [] : [`nobody can tell whether the stores agree in: ${unknown}`]),
    ...(agree === "" ? [] : [`the stores agree in: ${agree}`]),
  ];
}
