import { startKeyVault, type RunningKeyVault } from "../../../sandbox/standin/keyvault";
import { max } from "../../fixtures/azure";
import { authorizeFor } from "../../support/azureVault";
import { callersOf, secrets, type Who } from "../support/azureCalls";
import { all, clientOf, refusalOf } from "../support/keyVault";
import { recordedUp, type Up } from "../support/recordedUp";

const refused = "403 Forbidden ForbiddenByRbac";
const ours = secrets.filter((name) => name !== "of-others");
const applications = [
  ...["anthropic-api-key", "openai-api-key", "gemini-api-key"],
  ...["cache-password", "gdpr-master-key"],
];

/** What each reads of the vault, written by hand. */
const readers: Readonly<Partial<Record<Who, readonly string[]>>> = {
  app: applications,
  ci: ["snyk-token"],
  rotator: ours.filter((name) => name !== "gdpr-master-key"),
  operator: [],
  breakGlass: [],
  preview: [],
  apply: [],
  unknown: [],
};

describe("a server of the vault that the rehearsed stack's grants decide for", () => {
  let made: readonly Up[];
  const open: RunningKeyVault[] = [];
  const start = async (...when: [] | [Parameters<typeof authorizeFor>[1]]) => {
    const vault = await startKeyVault({
      vaultName: "kv-prompt-sentinel",
      tenantId: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
      authorize: authorizeFor(made, ...when),
      log: () => undefined,
    });
    open.push(vault);
    const as = (who: Who) => clientOf(vault, callersOf(made)[who].principalId);
    for (const name of ours) await as("operator").setSecret(name, `value of ${name}`);
    return as;
  };
  let as: Awaited<ReturnType<typeof start>>;

  beforeAll(async () => {
    made = await recordedUp(max);
    as = await start();
  });
  afterAll(async () => {
    await Promise.all(open.map((vault) => vault.stop()));
  });

  test.each(Object.entries(readers) as [Who, readonly string[]][])(
    "%s reads %j and is refused the others",
    async (who, expected) => {
      const answers = await Promise.all(
        ours.map(async (name) => [name, await refusalOf(as(who).getSecret(name))] as const),
      );
      expect(answers).toEqual(
        ours.map((name) => [name, expected.includes(name) ? "allowed" : refused]),
      );
    },
  );

  test("the application gets the value that the operator put in, and writes and lists none", async () => {
    expect((await as("app").getSecret("openai-api-key")).value).toBe("value of openai-api-key");
    expect(await refusalOf(as("app").setSecret("openai-api-key", "another"))).toBe(refused);
    // Of a list the SDK tells no inner code.
    expect(await refusalOf(all(as("app").listPropertiesOfSecrets()))).toBe("403 Forbidden");
  });

  test("the operator lists names, and writes none but the stack's", async () => {
    const listed = await all(as("operator").listPropertiesOfSecrets());
    expect(listed.map(({ name }) => name).sort()).toEqual([...ours].sort());
    expect(await refusalOf(as("operator").setSecret("of-others", "value"))).toBe(refused);
    expect(await refusalOf(as("operator").beginDeleteSecret("snyk-token"))).toBe(refused);
  });

  test("the rotator puts a new version in", async () => {
    await as("rotator").setSecret("snyk-token", "a new one");
    expect((await as("ci").getSecret("snyk-token")).value).toBe("a new one");
    expect(await refusalOf(as("rotator").setSecret("gdpr-master-key", "a new one"))).toBe(refused);
  });

  test("break-glass reads once it is activated", async () => {
    const { activated, at } = callersOf(made)["breakGlass, activated"];
    const activatedAs = await start({ activated: activated ?? false, at: at ?? "" });
    expect((await activatedAs("breakGlass").getSecret("gdpr-master-key")).value).toBe(
      "value of gdpr-master-key",
    );
    expect(await refusalOf(activatedAs("breakGlass").setSecret("gdpr-master-key", "x"))).toBe(
      refused,
    );
  });
});
