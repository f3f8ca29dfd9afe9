import { changed } from "../../fixtures/changed";
import { max } from "../../fixtures/gcp";
import { once } from "../../fixtures/once";
import { iamOf, type Iam } from "../../support/gcpIam";
import { allPermissions } from "../../support/gcpRoles";
import { named, ofType } from "../../support/mocks";
import {
  callers,
  everybody,
  managementCall,
  project,
  projects,
  secrets,
  timeOf,
  type Who,
} from "../support/gcpCalls";
import { never } from "../support/gcpManagement";
import { recordedUp, type Up } from "../support/recordedUp";

/** With the deny policy as in the fullest stack, which has it. */
const recorded = once(recordedUp);

const setIamPolicy = "secretmanager.secrets.setIamPolicy";
const access = "secretmanager.versions.access";
const pipeline = ["preview", "apply"] as const;

const readsOf = ({ allowed }: Iam, who: Who): readonly string[] =>
  secrets.filter((name) =>
    allowed({
      ...{ caller: callers[who], at: timeOf(who), permission: access },
      resource: `${project}/secrets/${name}/versions/7`,
    }),
  );

const memberOf = (who: Who): string => callers[who][0] ?? "";

/** What is recorded once somebody has granted a role on a secret, as whoever may set its policy can. */
const granted = (made: readonly Up[], role: string, to: Who, secretId: string): Iam => {
  const like = named(made, "gcp-access-app-on-openai");
  const inputs = { project: "sentinel-prod-4711", secretId, role, member: memberOf(to) };
  return iamOf([...made, { ...like, name: "granted", inputs }], projects);
};

/** Roles that somebody could try to read by. */
const readers = ["secretAccessor", "admin"].map((role) => `roles/secretmanager.${role}`);

describe.each([true, false])("the pipeline, with access.denyOthers %s", (denyOthers) => {
  let made: readonly Up[];
  let iam: Iam;
  beforeAll(async () => {
    made = await recorded(changed(max, "gcp.access.denyOthers", denyOthers));
    iam = iamOf(made, projects);
  });

  test.each(pipeline)("%s reads no value, and adds and changes none", (who) => {
    const ask = (permission: string, name: string) =>
      iam.allowed({
        ...{ caller: callers[who], at: timeOf(who), permission },
        resource: `${project}/secrets/${name}/versions/7`,
      });
    const found = ["access", "add", "destroy", "disable", "enable"].filter((verb) =>
      secrets.some((name) => ask(`secretmanager.versions.${verb}`, name)),
    );
    expect(found).toEqual([]);
  });

  test.each(pipeline)("%s lets itself in by nothing else, and becomes nobody", (who) => {
    const may = (permission: string) => {
      const call = managementCall(permission);
      return iam.allowed({ caller: callers[who], at: timeOf(who), ...call });
    };
    const tokens = ["getAccessToken", "getOpenIdToken"].map((one) => `iam.serviceAccounts.${one}`);
    expect([...never, ...tokens].filter(may)).toEqual([]);
  });

  test("neither becomes the other", () => {
    const accounts = ofType(made, "gcp:serviceaccount/account:Account").map(({ inputs }) =>
      String(inputs["accountId"]),
    );
    expect(accounts).toHaveLength(4);
    const resources = accounts.map(
      (one) => `${project}/serviceAccounts/${one}@sentinel-prod-4711.iam.gserviceaccount.com`,
    );
    const taken = allPermissions.filter((permission) => /^iam\.serviceAccount/.test(permission));
    const found = pipeline.flatMap((who) =>
      resources.flatMap((resource) =>
        taken.filter((permission) =>
          iam.allowed({ caller: callers[who], at: timeOf(who), permission, resource }),
        ),
      ),
    );
    expect([...new Set(found)].sort()).toEqual([
      "iam.serviceAccounts.get",
      "iam.serviceAccounts.getIamPolicy",
    ]);
  });

  test("preview grants nothing; apply does where a deny policy keeps it from reading", () => {
    const who = everybody.filter((one) =>
      iam.allowed({
        ...{ caller: callers[one], at: timeOf(one), permission: setIamPolicy },
        resource: `${project}/secrets/openai-api-key`,
      }),
    );
    expect(who).toEqual(denyOthers ? ["apply"] : []);
  });
});

describe("what apply grants on a secret, where it may", () => {
  let made: readonly Up[];
  beforeAll(async () => {
    made = await recorded(changed(max, "gcp.access.denyOthers", true));
  });

  const noReaders: readonly Who[] = [
    ...(["preview", "apply", "operator", "agent", "logs", "colleague"] as const),
    ...(["pod", "role", "token", "anonymous"] as const),
  ];

  test.each(noReaders)("%s reads nothing by it", (who) => {
    const found = readers.flatMap((role) =>
      secrets.flatMap((name) => readsOf(granted(made, role, who, name), who)),
    );
    expect(found).toEqual([]);
  });

  test("without the deny policy each of them would", () => {
    const open = made.filter(({ type }) => type !== "gcp:iam/denyPolicy:DenyPolicy");
    expect(open).toHaveLength(made.length - 1);
    for (const who of noReaders) {
      const found = readsOf(granted(open, readers[0] ?? "", who, "openai-api-key"), who);
      expect([who, found]).toEqual([who, ["openai-api-key"]]);
    }
  });

  /**
   * What stays open: a deny policy excepts its readers from all of the project, as it knows no secret, and no time. Whoever
   * reviews a change sees it in the preview, and the audit alerts on each grant.
   * https://cloud.google.com/iam/docs/deny-overview#condition-expression
   */
  test.each([
    ["app", "snyk-token"],
    ["ci", "gdpr-master-key"],
    ["rotator", "gdpr-master-key"],
    ["breakGlass, at its end", "openai-api-key"],
    ["app", "of-others"],
  ] as const)("%s can be given %s besides", (who, name) => {
    const before = readsOf(iamOf(made, projects), who);
    expect(before).not.toContain(name);
    const after = readsOf(granted(made, readers[0] ?? "", who, name), who);
    expect(new Set(after)).toEqual(new Set([...before, name]));
  });

  test("and apply can let itself write a value, which the deny policy does not say", () => {
    const { allowed } = granted(made, "roles/secretmanager.admin", "apply", "openai-api-key");
    const resource = `${project}/secrets/openai-api-key`;
    const question = { caller: callers.apply, at: timeOf("apply"), resource };
    expect(allowed({ ...question, permission: "secretmanager.versions.add" })).toBe(true);
    expect(allowed({ ...question, permission: "secretmanager.versions.destroy" })).toBe(true);
  });
});
