import { max } from "../../fixtures/gcp";
import { iamOf, type Question } from "../../support/gcpIam";
import { callerOf } from "../../support/gcpMembers";
import {
  callers,
  everybody,
  managementCall,
  managementPermissions,
  neighbourCall,
  otherProject,
  project,
  projects,
  secretCalls,
  secrets,
  timeOf,
} from "../support/gcpCalls";
import { mutants } from "../support/gcpMutants";
import { others, trustOf, ways } from "../support/gcpTrusts";
import { recordedUp, type Up } from "../support/recordedUp";

/**
 * Nothing in a grant, a role, a denial or a trust is there for its looks: without any one of its parts, or with a wider one,
 * some question is answered otherwise. What the right answers are is written in access.test.ts and trust.test.ts.
 */
const owner = callerOf("user:owner@promptsentinel.ai");
const onSecrets = [project, otherProject].flatMap((within) =>
  secrets.flatMap((name) => secretCalls(`${within}/secrets/${name}`).map(([, call]) => call)),
);
const keys = ["europe-west3", "europe-west4"].map(
  (location) =>
    `${project}/locations/${location}/keyRings/promptsentinel-prod-secrets/cryptoKeys/secrets`,
);
const accounts = ["app", "ci", "preview", "apply"].map(
  (name) =>
    `${project}/serviceAccounts/promptsentinel-prod-${name}@sentinel-prod-4711.iam.gserviceaccount.com`,
);
const calls = [
  ...onSecrets,
  ...managementPermissions.flatMap((permission) => [
    managementCall(permission),
    managementCall(permission, otherProject),
    neighbourCall(permission),
    ...(permission.startsWith("cloudkms.")
      ? keys.map((resource) => ({ permission, resource }))
      : []),
    ...(permission.startsWith("iam.serviceAccount")
      ? accounts.map((resource) => ({ permission, resource }))
      : []),
  ]),
];
const questions: readonly Question[] = everybody.flatMap((who) =>
  calls.map((call) => ({ caller: callers[who], at: timeOf(who), ...call })),
);

const onSecretsOfOurs = questions.filter(({ permission }) =>
  permission.startsWith("secretmanager."),
);

/** What a denial is for: grants that somebody else made, on the whole project. */
const byHand: readonly Up[] = [
  ["user:owner@promptsentinel.ai", "roles/owner"],
  ["allAuthenticatedUsers", "roles/secretmanager.secretAccessor"],
].map(([member, role], index) => ({
  ...{ name: `by hand ${String(index)}`, type: "gcp:projects/iAMMember:IAMMember", custom: true },
  ...{ parent: undefined, retainOnDelete: false, outputs: {} },
  inputs: { project: "sentinel-prod-4711", role, member },
}));
const ofDenials: readonly Question[] = [...everybody.map((who) => callers[who]), owner].flatMap(
  (caller) => onSecrets.map((call) => ({ caller, at: "2026-12-02T00:00:00Z", ...call })),
);

const shown = [...ways.map(([, , one]) => one), ...Object.values(others)];

function answersOf(made: readonly Up[]): string {
  const ask = (resources: readonly Up[], all: readonly Question[]): string => {
    const { allowed } = iamOf(resources, projects);
    return all.map((question) => (allowed(question) ? "1" : "0")).join("");
  };
  const trust = trustOf(made);
  const undenied = made.filter(({ type }) => type !== "gcp:iam/denyPolicy:DenyPolicy");
  return JSON.stringify([
    ask(made, questions),
    // What grants alone say, and the denial alone.
    ask(undenied, onSecretsOfOurs),
    ask([...made, ...byHand], ofDenials),
    shown.map((one) => [trust.becomes(one), trust.namesOf(one)]),
  ]);
}

/** Mutants that no question can tell, each with the reason why what it changes is there. */
const accepted: Readonly<Record<string, string>> = {
  "gcp-access-app-azure-2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e to the whole pool":
    "one managed identity is all that the pool takes here; of a second one it would tell",
};

describe("every part of a grant, a role, a denial and a trust counts", () => {
  let made: readonly Up[];
  beforeAll(async () => {
    made = await recordedUp(max);
  });

  test("no mutant answers as the stack does", () => {
    const right = answersOf(made);
    const all = mutants(made);
    expect(all.length).toBeGreaterThan(500);
    const survivors = all.filter(([, mutant]) => answersOf(mutant) === right).map(([name]) => name);
    expect(survivors.sort()).toEqual(Object.keys(accepted).sort());
  });
});
