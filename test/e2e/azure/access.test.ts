import { max } from "../../fixtures/azure";
import { rbacOf, type Rbac } from "../../support/azureRbac";
import { authorizeFor, callOf, vaultIdOf } from "../../support/azureVault";
import { ofType } from "../../support/mocks";
import {
  callersOf,
  grantCall,
  group,
  managementCall,
  otherDataCalls,
  otherGroup,
  otherVault,
  rolesOf,
  secretCalls,
  vault,
  type Call,
  type SecretName,
  type Who,
} from "../support/azureCalls";
import {
  grantScopes,
  granted,
  leftOpen,
  management,
  neverGranted,
} from "../support/azureManagement";
import { recordedUp } from "../support/recordedUp";

// Each in the order of the letters.
const read = ["getSecret", "readMetadata"];
const write = ["readMetadata", "setSecret", "update"];
const compose = ["getSecret", ...write];
const list = ["readMetadata"];

const all = (actions: readonly string[]) => ({
  "anthropic-api-key": actions,
  "openai-api-key": actions,
  "gemini-api-key": actions,
  "snyk-token": actions,
  "cache-password": actions,
  "gdpr-master-key": actions,
});

/** Written by hand: what a row does not name is expected to be refused. An empty name is a list of them all. */
const matrix: Readonly<Record<Who, Partial<Record<SecretName | "", readonly string[]>>>> = {
  app: {
    "anthropic-api-key": read,
    "openai-api-key": read,
    "gemini-api-key": read,
    "cache-password": read,
    "gdpr-master-key": read,
  },
  ci: { "snyk-token": read },
  rotator: {
    "anthropic-api-key": compose,
    "openai-api-key": compose,
    "gemini-api-key": compose,
    "snyk-token": compose,
    "cache-password": compose,
  },
  // Names and dates of others' secrets it sees, as a list has no name to be bound by.
  operator: { ...all(write), "of-others": list, "": list },
  breakGlass: {},
  // In a vault that holds others' secrets too, it is of the whole vault.
  "breakGlass, activated": { ...all(read), "of-others": read, "": list },
  "breakGlass, before its beginning": {},
  "breakGlass, after its end": {},
  preview: {},
  apply: {},
  unknown: {},
};
const everybody = Object.keys(matrix) as Who[];

type Raw = Readonly<Record<string, unknown>>;
const azureWith = (section: string, other: Raw): Raw => {
  const azure = max["azure"] as Readonly<Record<string, Raw>>;
  return { ...max, azure: { ...azure, [section]: { ...azure[section], ...other } } };
};

/** An up, and what its recorded roles allow. */
async function upOf(raw: Raw) {
  const made = await recordedUp(raw);
  const rbac: Rbac = rbacOf(made);
  const callers = callersOf(made);
  const may = (who: Who, call: Call): boolean => rbac.allowed({ ...callers[who], ...call });
  const row = (who: Who, of = vault): Record<string, readonly string[]> => {
    const found: Record<string, string[]> = {};
    for (const [name, action, call] of secretCalls(of)) {
      if (may(who, call)) (found[name] ??= []).push(action);
    }
    return found;
  };
  return { made, callers, may, row };
}

const onSecret = (action: string, name: string, of = vault): Call =>
  callOf(of, `Microsoft.KeyVault/vaults/secrets/${action}/action`, name);

describe("who may do what, asked of a stand-in for Azure RBAC", () => {
  let up: Awaited<ReturnType<typeof upOf>>;
  beforeAll(async () => {
    up = await upOf(max);
  });

  test("every identity that the program makes, and everybody it grants to, has a row", () => {
    const made = ofType(up.made, "azure-native:managedidentity:UserAssignedIdentity").map(
      ({ outputs }) => outputs["principalId"],
    );
    const grantees = ["RoleAssignment", "PimRoleEligibilitySchedule"].flatMap((type) =>
      ofType(up.made, `azure-native:authorization:${type}`).map(
        ({ inputs }) => inputs["principalId"],
      ),
    );
    const asked = everybody
      .filter((who) => who !== "unknown")
      .map((who) => up.callers[who].principalId);
    expect(new Set([...made, ...grantees])).toEqual(new Set(asked));
  });

  test("the vault is the one of the matrix", () => {
    expect(vaultIdOf(up.made)).toBe(vault);
  });

  test.each(everybody)("%s has exactly what its row says", (who) => {
    expect(up.row(who)).toEqual(matrix[who]);
  });

  test.each(everybody)("%s has no key, no certificate and no other vault", (who) => {
    expect(otherDataCalls.filter((call) => up.may(who, call))).toEqual([]);
    expect(up.row(who, otherVault)).toEqual({});
  });

  test("an operator bound by names has to write them as they are", () => {
    expect(up.may("operator", onSecret("setSecret", "snyk-token"))).toBe(true);
    expect(up.may("operator", onSecret("setSecret", "Snyk-Token"))).toBe(false);
  });

  test("everything that can be managed is still no value", () => {
    const widest = up.made.map((one) =>
      one.name === "azure-ci-pipeline-apply-role"
        ? { ...one, inputs: { ...one.inputs, permissions: [wildcard] } }
        : one,
    );
    const { apply } = up.callers;
    const asked = { ...apply, ...onSecret("getSecret", "snyk-token") };
    expect(rbacOf(widest).allowed({ ...apply, ...managementCall("Any.Thing/write") })).toBe(true);
    expect(rbacOf(widest).allowed(asked)).toBe(false);
  });

  test.each(Object.entries(management))("%s is of %j alone", (action, expected) => {
    const allowed = (inside: string): readonly Who[] =>
      everybody.filter((who) => up.may(who, managementCall(action, inside)));
    expect(allowed(group)).toEqual(expected);
    expect(allowed(vault)).toEqual(expected);
    expect(allowed(otherGroup)).toEqual([]);
  });

  describe.each(["write", "delete"] as const)("grants: %s", (verb) => {
    const by = (who: Who, [role, to, on]: (typeof granted)[number]): boolean => {
      const principalId = up.callers[to].principalId;
      return up.may(who, grantCall(verb, rolesOf(up.made)[role], principalId, grantScopes[on]));
    };

    test.each([...granted, ...leftOpen])("apply alone: %s to %s, on the %s", (...grant) => {
      expect(everybody.filter((who) => by(who, grant))).toEqual(["apply"]);
    });

    test.each(neverGranted)("nobody: %s to %s, on the %s", (...grant) => {
      expect(everybody.filter((who) => by(who, grant))).toEqual([]);
    });

    test("nobody, when Azure does not say what is granted", () => {
      const call = { ...grantCall(verb, "", "", grantScopes.secret), request: {}, resource: {} };
      expect(everybody.filter((who) => up.may(who, call))).toEqual([]);
    });
  });

  test("a server of the vault is told the same", () => {
    const may = authorizeFor(up.made);
    const { app } = up.callers;
    const get = "Microsoft.KeyVault/vaults/secrets/getSecret/action";
    expect(may(app.principalId, get, "openai-api-key")).toBe(true);
    expect(may(app.principalId, get, "snyk-token")).toBe(false);
    expect(may(app.principalId, get.replace("getSecret", "readMetadata"), "")).toBe(false);
  });
});

const wildcard = { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] };

test("an operator who is not bound by names writes what the vault has", async () => {
  const access = (max["azure"] as { access: { operator: Raw } }).access;
  const operator = { ...access.operator, byName: false };
  const { row } = await upOf(azureWith("access", { operator }));
  expect(row("operator")).toEqual({ ...all(write), "of-others": write, "": list });
});

describe("before any key has its first value", () => {
  let up: Awaited<ReturnType<typeof upOf>>;
  beforeAll(async () => {
    up = await upOf(azureWith("secrets", { seeded: [] }));
  });

  test.each(["app", "ci", "rotator"] as const)("%s has nothing at all", (who) => {
    expect(up.row(who)).toEqual({});
  });

  test("the operator can put them in", () => {
    expect(up.may("operator", onSecret("setSecret", "snyk-token"))).toBe(true);
  });

  test("no grant is on a secret, and none of a reader on the vault in its place", () => {
    const grants = ofType(up.made, "azure-native:authorization:RoleAssignment").map(
      ({ inputs }) => [inputs["principalId"], inputs["scope"]],
    );
    expect(grants.filter(([, scope]) => String(scope).includes("/secrets/"))).toEqual([]);
    const { app, ci, rotator } = up.callers;
    const readers = [app, ci, rotator].map(({ principalId }) => principalId);
    expect(grants.filter(([principalId]) => readers.includes(String(principalId)))).toEqual([]);
    expect(grants).not.toEqual([]);
  });
});
