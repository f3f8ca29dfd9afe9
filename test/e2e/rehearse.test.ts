import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import { stringify } from "yaml";
import { cacheDir } from "../../sandbox/cache";
import { projectRoot } from "../../sandbox/session";
import type { Rehearsal } from "../../sandbox/rehearsal/report";
import { projectName } from "../../stacks/config";
import { max } from "../fixtures/aws";
import { startRun, type SandboxRun } from "./support/sandboxRun";

/** Engines and the like are where they were before HOME is another. */
const cache = (): string => cacheDir();

const escape = String.fromCharCode(27);
const main = join("sandbox", "rehearsal", "main.ts");

/** Whoever tried to reach anything would fail, and whoever took a credential would show it. */
const cutOff = {
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
  NO_PROXY: "127.0.0.1,localhost",
  AWS_ACCESS_KEY_ID: "not-to-be-used",
  AWS_SECRET_ACCESS_KEY: "not-to-be-used",
  VAULT_TOKEN: "not-to-be-used",
  VAULT_ADDR: "http://127.0.0.1:9",
};

describe("npm run rehearse", () => {
  let dir: string;
  const runs: SandboxRun[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "secrets-test-"));
    const config = Object.fromEntries(
      Object.entries(max).map(([key, value]) => [`${projectName}:${key}`, value]),
    );
    await writeFile(join(dir, "aws.yaml"), stringify({ config }));
  });
  afterAll(async () => {
    await Promise.all(runs.map((run) => run.close()));
    await rm(dir, { recursive: true });
  });

  const start = async (line: string): Promise<SandboxRun> => {
    const run = await startRun(main, line, { ...cutOff, HOME: dir, PROMPTSENTINEL_CACHE: cache() });
    runs.push(run);
    return run;
  };

  test.each([
    ["dev", 26, []],
    [
      "prod",
      274,
      [
        expect.stringMatching(/^aws costs about \$\d+\.\d\d a month; list prices/),
        expect.stringMatching(/^azure costs about \$\d+\.\d\d a month; list prices/),
        expect.stringMatching(/^gcp costs about \$\d+\.\d\d a month; list prices/),
        expect.stringMatching(/^kubernetes costs about \$\d+\.\d\d a month; list prices/),
      ],
    ],
  ])("previews %s as it is in the checkout, offline", async (stack, count, costs) => {
    const { child, left } = await start(`--stack ${stack} --json`);
    const { stdout, all, exitCode } = await child;
    const rehearsal = JSON.parse(stdout) as Rehearsal;
    expect(rehearsal).toMatchObject({
      stack,
      mode: "preview",
      ok: true,
      violations: [],
      errors: [],
    });
    expect(rehearsal.resources).toHaveLength(count);
    expect(rehearsal.costs).toEqual(costs);
    expect(rehearsal.notChecked).toHaveLength(stack === "prod" ? 5 : 1);
    expect(rehearsal.declared.join()).toContain("UsageAlerts is absent");
    expect(exitCode).toBe(0);
    expect(all).not.toContain(escape);
    expect(all).not.toContain("not-to-be-used");
    expect(await left()).toEqual([]);
  });

  test("brings AWS up in memory; a second up changes nothing; the checkpoint is for other tools", async () => {
    const file = join(dir, "checkpoint.json");
    const config = join(dir, "aws.yaml");
    const { child, left } = await start(
      `--stack prod --config ${config} --up --json --export ${file}`,
    );
    const { stdout, exitCode } = await child;
    const rehearsal = JSON.parse(stdout) as Rehearsal;
    expect(rehearsal).toMatchObject({ ok: true, mode: "up", changedBySecondUp: 0, lost: [] });
    expect(exitCode).toBe(0);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { deployment } = JSON.parse(await readFile(file, "utf8")) as {
      deployment: { resources: readonly { urn: string; outputs?: Record<string, unknown> }[] };
    };
    expect(deployment.resources).toHaveLength(rehearsal.resources.length);
    const secret = deployment.resources.find(({ urn }) => urn.endsWith("::aws-store-api-keys"));
    expect(secret?.outputs?.["arn"]).toMatch(
      /^arn:aws:secretsmanager:eu-central-1:210987654321:secret:promptsentinel\/api-keys-\w{6}$/,
    );
    expect(await left()).toEqual([]);
  });

  test("for people: a tree, the policies, and what was not looked at", async () => {
    const { child } = await start("--stack prod");
    const { stdout } = await child;
    for (const text of [
      "prod: preview of 274 resources, in a rehearsal",
      "    create   promptsentinel:vault:SecretStore vault-store\n      create   vault:index/mount:Mount",
      "Policies:\n  all passed",
      "Not checked:\n  vault: not checked in a rehearsal",
    ]) {
      expect(stdout).toContain(text);
    }
  });

  test("bad settings: all of them, and exit code 2", async () => {
    const file = join(dir, "bad.yaml");
    await writeFile(
      file,
      stringify({ config: { [`${projectName}:stage`]: "prd", [`${projectName}:vualt`]: {} } }),
    );
    const { child } = await start(`--stack prod --config ${file}`);
    const { exitCode, all } = await child;
    expect(all).toContain('stage: got "prd"; allowed: dev, staging, prod; fix: use prod');
    expect(all).toContain("vualt: unknown setting");
    expect(all).not.toMatch(/^\s+at /m);
    expect(exitCode).toBe(2);
  });

  test.each([
    ["--stack nowhere", 2, "there is no config for"],
    ["--stack prod --export x.json", 2, "--export needs --up"],
    ["--stack prod --jsn", 2, "(Did you mean --json?)"],
  ])("called wrongly: %s", async (line, code, told) => {
    const { child } = await start(line);
    const { exitCode, all } = await child;
    expect(all).toContain(told);
    expect(exitCode).toBe(code);
  });

  test.each([300, 1500, 3000])("Ctrl-C after %d ms leaves no process and no file", async (ms) => {
    const { child, left } = await start("--stack prod --up");
    await sleep(ms);
    child.kill("SIGINT");
    const { exitCode, signal } = await child;
    expect(signal === "SIGINT" || exitCode === 130).toBe(true);
    expect(await left()).toEqual([]);
  });
});

describe("a rehearsal of a program that is wrong", () => {
  const program = join("test", "e2e", "support", "rehearsals", "main.ts");
  const rehearsalOf = async (...args: readonly string[]): Promise<Rehearsal> => {
    const child = await execa("node", ["--import", "tsx", program, ...args], {
      cwd: projectRoot,
      env: { PROMPTSENTINEL_CACHE: cache() },
    });
    return JSON.parse(child.stdout) as Rehearsal;
  };

  test.each(["preview", "up"])("one that is right passes: %s", async (mode) => {
    expect(await rehearsalOf("right", mode)).toMatchObject({ ok: true, violations: [], lost: [] });
  });

  test("a policy violation is a failure, and shows no value", async () => {
    const rehearsal = await rehearsalOf("a credential as an argument", "preview");
    expect(rehearsal.ok).toBe(false);
    expect(rehearsal.violations).toContainEqual(
      expect.objectContaining({ rule: "no-provider-credential", level: "mandatory" }),
    );
    expect(JSON.stringify(rehearsal)).not.toContain("not-to-be-shown");
  });

  test("a policy that could not run, because an ARN is not known yet, is a failure", async () => {
    const rehearsal = await rehearsalOf("right", "preview", "own-pack");
    expect(rehearsal.ok).toBe(false);
    expect(rehearsal.violations).toContainEqual(
      expect.objectContaining({ rule: "reads-an-arn", level: "advisory" }),
    );
    expect(await rehearsalOf("right", "up", "own-pack")).toMatchObject({ ok: true });
  });

  test.each([
    ["a required argument that came to nothing", "queueUrl"],
    ["an optional argument that came to nothing", "policy"],
  ])("%s is a failure that names it", async (name, argument) => {
    const rehearsal = await rehearsalOf(name, "up");
    expect(rehearsal.ok).toBe(false);
    expect(JSON.stringify([rehearsal.lost, rehearsal.errors])).toContain(argument);
  });

  test("a function that nobody answers is a failure that names it", async () => {
    const rehearsal = await rehearsalOf("a function that nobody answers", "preview");
    expect(rehearsal.ok).toBe(false);
    expect(rehearsal.errors.join()).toContain("getSecretVersion");
  });
});
