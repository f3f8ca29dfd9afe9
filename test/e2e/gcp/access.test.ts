import { max } from "../../fixtures/gcp";
import { changed } from "../../fixtures/changed";
import { once } from "../../fixtures/once";
import { decideFor, iamOf } from "../../support/gcpIam";
import { callerOf } from "../../support/gcpMembers";
import { allPermissions } from "../../support/gcpRoles";
import { ofType } from "../../support/mocks";
import {
  callers,
  everybody,
  groups,
  managementCall,
  managementPermissions,
  neighbourCall,
  otherProject,
  project,
  projects,
  secretCalls,
  secrets,
  timeOf,
  type Call,
  type Who,
} from "../support/gcpCalls";
import { management, never } from "../support/gcpManagement";
import { recordedUp, type Up } from "../support/recordedUp";

type Row = Readonly<Partial<Record<(typeof secrets)[number], readonly string[]>>>;

// Each in the order of the letters.
const read = ["versions.access"];
const write = ["secrets.rotate", "versions.add"];
const look = ["secrets.get", "secrets.getIamPolicy"];
const see = [...look, "secrets.listEffectiveTags", "secrets.listTagBindings"];
const switched = ["versions.destroy", "versions.disable", "versions.enable"];
const versions = ["versions.get", "versions.list"];

const ours = secrets.filter((name) => name !== "of-others");
const each = (names: readonly string[], permissions: readonly string[]): Row =>
  Object.fromEntries(names.map((name) => [name, permissions]));
const rotate = ["secrets.rotate", ...read, "versions.add", ...switched, ...versions];
/** A project's role is of every secret in it. */
const previewed = [...look, "versions.list"];

/** Written by hand: what a row does not name is expected to be refused. */
const matrix: Readonly<Record<Who, Row>> = {
  app: {
    "anthropic-api-key": read,
    "openai-api-key": read,
    "gemini-api-key": read,
    "cache-password": read,
    "gdpr-master-key": read,
  },
  ci: { "snyk-token": read },
  rotator: {
    "anthropic-api-key": rotate,
    "openai-api-key": rotate,
    "gemini-api-key": rotate,
    "snyk-token": rotate,
    "cache-password": rotate,
  },
  operator: each(ours, [...see, ...write, ...versions]),
  "breakGlass, before its beginning": {},
  "breakGlass, at its beginning": each(ours, read),
  "breakGlass, before its end": each(ours, read),
  "breakGlass, at its end": {},
  preview: each(secrets, previewed),
  apply: each(secrets, [...look, "secrets.setIamPolicy", "secrets.update", "versions.list"]),
  agent: {},
  logs: {},
  colleague: {},
  pod: {},
  role: {},
  token: {},
  anonymous: {},
};

const recorded = once(recordedUp);

/** An up, and what its recorded grants and denials allow. */
async function upOf(raw: Record<string, unknown>, more: readonly Up[] = []) {
  const made = [...(await recorded(raw)), ...more];
  const { allowed } = iamOf(made, projects);
  const may = (who: Who, call: Call): boolean =>
    allowed({ caller: callers[who], at: timeOf(who), ...call });
  const rowOf = (ask: (call: Call) => boolean, within = project): Row =>
    Object.fromEntries(
      secrets.flatMap((name) => {
        const found = secretCalls(`${within}/secrets/${name}`).filter(([, call]) => ask(call));
        return found.length === 0 ? [] : [[name, found.map(([short]) => short).sort()]];
      }),
    );
  const row = (who: Who, within?: string): Row => rowOf((call) => may(who, call), within);
  return { made, allowed, may, row, rowOf };
}

const grantOnProject = (member: string, role: string): Up => ({
  ...{ name: "by hand", type: "gcp:projects/iAMMember:IAMMember", custom: true },
  ...{ parent: undefined, retainOnDelete: false, outputs: {} },
  inputs: { project: "sentinel-prod-4711", role, member },
});

const owner = "user:owner@promptsentinel.ai";

describe("who may do what, asked of a stand-in for Google Cloud's IAM", () => {
  let up: Awaited<ReturnType<typeof upOf>>;
  beforeAll(async () => {
    up = await upOf(max);
  });

  test("every account that the program makes, and everybody it grants to, has a row", () => {
    const accounts = ofType(up.made, "gcp:serviceaccount/account:Account").map(
      ({ inputs }) =>
        `serviceAccount:${String(inputs["accountId"])}@sentinel-prod-4711.iam.gserviceaccount.com`,
    );
    const grantees = up.made
      .filter(({ type }) => /IamMember$/i.test(type) && !type.startsWith("gcp:serviceaccount/"))
      .map(({ inputs }) => String(inputs["member"]));
    const asked = everybody.flatMap((who): readonly string[] => callers[who]);
    expect(new Set([...accounts, ...grantees].filter((one) => !asked.includes(one)))).toEqual(
      new Set(),
    );
    expect(accounts).toHaveLength(4);
  });

  test("the secrets are the ones of the matrix", () => {
    const made = ofType(up.made, "gcp:secretmanager/secret:Secret").map(({ inputs }) => [
      inputs["project"],
      inputs["secretId"],
    ]);
    expect(made.sort()).toEqual(ours.map((name) => ["sentinel-prod-4711", name]).sort());
  });

  test.each(everybody)("%s has exactly what its row says", (who) => {
    const expected = Object.entries(matrix[who]).map(([name, all]) => [name, [...all].sort()]);
    expect(up.row(who)).toEqual(Object.fromEntries(expected));
  });

  test.each(everybody)("%s has nothing in another project, and no secret of a region", (who) => {
    expect(up.row(who, otherProject)).toEqual({});
    const regional = up.row(who, `${project}/locations/europe-west3`);
    // A role on the project is of every secret in it; of readers there is none.
    expect(Object.keys(regional)).toEqual(who === "preview" || who === "apply" ? [...secrets] : []);
  });

  test.each(managementPermissions)("%s in the project is of those in the list", (permission) => {
    const allowed = (call: Call): readonly Who[] => everybody.filter((who) => up.may(who, call));
    const expected = management[permission] ?? [];
    expect(allowed(managementCall(permission))).toEqual(expected);
    expect(allowed(managementCall(permission, otherProject))).toEqual([]);
    // A role on the project is of everything in it; nobody else has anything to do with what is another's.
    expect(allowed(neighbourCall(permission))).toEqual(
      expected.filter((who) => who === "preview" || who === "apply"),
    );
  });

  test("the list names permissions that there are, and none that lets in", () => {
    const known = (all: readonly string[]) => all.filter((one) => !allPermissions.includes(one));
    expect(known([...Object.keys(management), ...never])).toEqual([]);
    expect(never.filter((one) => one in management)).toEqual([]);
  });

  test("a group's member is asked for by his groups, and others of them are nobody", () => {
    const call = {
      permission: "secretmanager.versions.add",
      resource: `${project}/secrets/snyk-token`,
    };
    const { at } = { at: timeOf("operator") };
    const ask = (member: string) => up.allowed({ caller: callerOf(member), at, ...call });
    expect(ask("group:platform@promptsentinel.ai")).toBe(true);
    expect(ask("user:ann@promptsentinel.ai")).toBe(false);
    expect(ask("group:everybody@promptsentinel.ai")).toBe(false);
  });

  test("a server of the secrets is told the same", () => {
    const decide = decideFor(up.made, projects, groups);
    const [app] = callers.app;
    const on = (secret: string) => ({
      name: `projects/604321987655/secrets/${secret}/versions/latest`,
    });
    const access = "secretmanager.versions.access";
    const time = new Date(timeOf("app"));
    expect(decide(app ?? "", access, on("openai-api-key"), time)).toBe(true);
    expect(decide(app ?? "", access, on("snyk-token"), time)).toBe(false);
    const onCall = "user:on-call@promptsentinel.ai";
    expect(decide(onCall, access, on("snyk-token"), time)).toBe(true);
    expect(decide(onCall, access, on("snyk-token"), new Date("2026-12-03T00:00:00Z"))).toBe(false);
  });
});

test("secrets of one region have the same rows there, and nothing anywhere else", async () => {
  const regional = changed(max, "gcp.secrets.replication", "regional");
  const up = await upOf(changed(regional, "gcp.secrets.locations", undefined));
  const wide: readonly Who[] = ["preview", "apply"];
  for (const who of everybody) {
    const expected = Object.entries(matrix[who]).map(([name, all]) => [name, [...all].sort()]);
    const there = up.row(who, `${project}/locations/europe-west3`);
    expect([who, there]).toEqual([who, Object.fromEntries(expected)]);
    const elsewhere = wide.includes(who) ? there : {};
    expect([who, up.row(who)]).toEqual([who, elsewhere]);
    expect([who, up.row(who, `${project}/locations/europe-west4`)]).toEqual([who, elsewhere]);
  }
});

describe("whoever is no reader reads nothing, whatever he is granted", () => {
  const grants = [
    grantOnProject(owner, "roles/owner"),
    ...["preview", "apply"].map((name) =>
      grantOnProject(
        `serviceAccount:promptsentinel-prod-${name}@sentinel-prod-4711.iam.gserviceaccount.com`,
        "roles/secretmanager.secretAccessor",
      ),
    ),
    grantOnProject("group:platform@promptsentinel.ai", "roles/secretmanager.admin"),
    grantOnProject("allUsers", "roles/secretmanager.secretAccessor"),
  ];
  const others: readonly Who[] = [
    "preview",
    "apply",
    "operator",
    "agent",
    "logs",
    "colleague",
    "pod",
    "role",
    "token",
    "anonymous",
  ];
  const reads = (up: Awaited<ReturnType<typeof upOf>>, who: Who) =>
    Object.entries(up.row(who)).filter(([, found]) => found.includes("versions.access"));

  test("with denyOthers, its owner neither, and he cannot take it back", async () => {
    const up = await upOf(max, grants);
    const ask = (call: Call) => up.allowed({ caller: callerOf(owner), at: timeOf("app"), ...call });
    expect(
      ask({
        permission: "secretmanager.secrets.delete",
        resource: `${project}/secrets/snyk-token`,
      }),
    ).toBe(true);
    expect(Object.values(up.rowOf(ask)).flat()).not.toContain("versions.access");
    expect(ask(managementCall("resourcemanager.projects.setIamPolicy"))).toBe(true);
    for (const verb of ["create", "update", "delete"]) {
      expect(ask(managementCall(`iam.denypolicies.${verb}`))).toBe(false);
    }
    expect(others.filter((who) => reads(up, who).length > 0)).toEqual([]);
    // Whom it excepts still needs a grant, which only the time bounds.
    expect(up.row("ci")["gdpr-master-key"]).toEqual(read);
    expect(reads(up, "breakGlass, at its end")).toHaveLength(secrets.length);
  });

  test("without it, each of these grants lets in", async () => {
    const up = await upOf(changed(max, "gcp.access.denyOthers", false), grants);
    expect(others.filter((who) => reads(up, who).length === secrets.length)).toEqual(others);
  });
});
