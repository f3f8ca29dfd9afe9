import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { record } from "../../stores/vault/client";
import { filesBelow, leaks, type Secrets, type Seen } from "./support/canary";
import { openPlace, type Place } from "./support/place";
import { startSandbox } from "./support/sandboxRun";

/** Values with every sign that some encoding changes, by entry and field. */
const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  api_keys: {
    anthropic: 'sk-ant-canary-"<&>/+ %é-4b1f',
    openai: "sk-canary-~?=\\-93ae",
    gemini: "canary-'{}[]|-c07d",
  },
  redis: { password: "canary-#@!$-51c8" },
  gdpr: { master_key: "canary-^*();:,-e62a" },
  snyk: { token: "canary-`<>`-0d9b" },
};

const keys: Secrets = Object.fromEntries(
  Object.entries(values).flatMap(([entry, fields]) =>
    Object.entries(fields).map(([field, value]) => [`${entry}.${field}`, value]),
  ),
);

const settings = [[["keys"], { redis: { enabled: true }, gdpr: { enabled: true } }]] as const;

describe("a value that is known, and a credential of the provider", () => {
  let place: Place;
  let tmp: string;
  const said: Seen[] = [];
  const before = process.env["TMPDIR"];

  /** What a command said; how it ended is another test's business. */
  async function hear(line: string, env?: NodeJS.ProcessEnv): Promise<void> {
    const { all = "" } = await place.shell.pulumi(line, env);
    said.push([`pulumi ${line}`, all]);
  }
  async function hearCommand(line: string): Promise<void> {
    const { exitCode, all = "" } = await place.shell.startCommand(line);
    said.push([`promptsentinel-secrets ${line}`, all]);
    expect([line, exitCode, exitCode === 0 ? "" : all]).toEqual([line, 0, ""]);
  }

  const secrets = (): Secrets => ({ ...keys, "the token": place.harness.server.rootToken });

  /** Everything that was said, and every file that is left: state, backups, history, logs, audit, temporary ones. */
  const seen = async (): Promise<readonly Seen[]> => [...said, ...(await files())];
  const files = async (): Promise<readonly Seen[]> => {
    const { dir, server } = place.harness;
    const folders = [tmp, dir.path, dirname(server.dir)];
    return (await Promise.all(folders.map(filesBelow))).flat();
  };

  beforeAll(async () => {
    tmp = await mkdtemp(join(tmpdir(), "secrets-test-"));
    process.env["TMPDIR"] = tmp;
    place = await openPlace();
    await place.config({ settings });
    await place.shell.pulumi("stack init dev");
  });
  afterAll(async () => {
    await place.close();
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    await rm(tmp, { recursive: true, force: true });
  });

  test("are in nothing that any command says or leaves", async () => {
    const { root } = place.harness;
    await hear("up -s dev --yes");
    for (const [entry, data] of Object.entries(values)) {
      await root.ask("POST", `secret/data/promptsentinel/${entry}`, { data, options: { cas: 0 } });
    }
    await hear("preview -s dev --diff");
    await hear("preview -s dev --json");
    await place.config({ settings: [...settings, [["vault", "kv", "maxVersions"], 7]] });
    await hear("up -s dev --yes --diff --policy-pack policies");
    await hear("refresh -s dev --yes");
    await hear("up -s dev --yes --refresh -v=9 --logtostderr --logflow");
    await hear("stack export -s dev --show-secrets");
    await hear("stack output -s dev --json --show-secrets");
    await hear("stack history -s dev --show-secrets --json");

    for (const format of ["json", "env", "compose"]) {
      await hearCommand(`wiring -s dev --format ${format}`);
    }
    await hearCommand("vault audit-config -s dev");
    await hearCommand("recover -s dev");

    // An up that fails: at the server, in the middle, and at a login.
    await root.ask("DELETE", "sys/policies/acl/promptsentinel-dev-app");
    await place.config({ settings: [...settings, [["vault", "auth", "approle", "path"], "jwt"]] });
    await hear("up -s dev --yes");
    await place.config({ settings });
    place.watch(() => {
      throw new Error("the server's answer, made up by this test");
    });
    await hear("up -s dev --yes --skip-preview --refresh -v=9 --logtostderr");
    place.watch(undefined);
    await hear("up -s dev --yes", { VAULT_TOKEN: "not-the-token" });
    await hear("stack export -s dev --show-secrets");

    const places = (await files()).map(([where]) => where);
    for (const kind of [
      /history\.json/,
      /\.json\.bak/,
      /backups\//,
      /primary\.log$/,
      /home\/logs\//,
    ]) {
      expect(places).toContainEqual(expect.stringMatching(kind) as string);
    }
    expect(leaks(await seen(), secrets())).toEqual([]);

    await hear("destroy -s dev --yes --diff");
    expect(leaks(await seen(), secrets())).toEqual([]);
  });

  test("the SecretID that a command issues is in its ticket alone", async () => {
    const { root } = place.harness;
    await place.config({ settings: [...settings, [["vault", "kv", "mode"], "adopt"]] });
    await hear("up -s dev --yes --skip-preview");
    const { stdout, all = "" } = await place.shell.startCommand(
      "vault secret-id -s dev --consumer app --json",
    );
    said.push(["vault secret-id", all]);
    const { wrappingToken } = JSON.parse(stdout) as { wrappingToken: string };
    const { data } = await root.as(wrappingToken).ask("POST", "sys/wrapping/unwrap");
    const secretId = String(record(data)["secret_id"]);
    expect(secretId).toMatch(/^[0-9a-f-]{36}$/);
    expect(leaks(await seen(), { ...secrets(), secretId })).toEqual([]);
  });

  test("the sandbox: the user's own values are in nothing that it says or writes", async () => {
    const own = {
      ANTHROPIC_API_KEY: "sk-ant-canary-0f3c6a19d2b84e57a1c0",
      OPENAI_API_KEY: "sk-canary-6d2e81f04c5b4a7f93b85f0e217ad946cb03",
      REDIS_PASSWORD: "canary-8e41b7d25c9f4a06b3d2",
    };
    const run = await startSandbox("--keys env --keep", own);
    try {
      let all = "";
      await new Promise<void>((resolve, reject) => {
        run.child.all?.on("data", (chunk) => {
          all += String(chunk);
          if (all.includes("<start the application>")) resolve();
        });
        void run.child.then(() => {
          reject(new Error(all));
        });
      });
      expect(leaks([["the sandbox", all], ...(await filesBelow(run.tmp))], own)).toEqual([]);
    } finally {
      await run.close();
    }
  });

  describe("are found where somebody leaks them", () => {
    const value = "leaked-on-purpose-5a9e";
    let program: string;
    let original: string;
    beforeAll(async () => {
      program = join(place.shell.dir, "stacks", "index.ts");
      original = await readFile(program, "utf8");
    });
    afterEach(() => writeFile(program, original));

    const leaking = async (code: string, ...lines: string[]): Promise<readonly string[]> => {
      await writeFile(program, `import * as pulumi from "@pulumi/pulumi";\n${code}`);
      const first = said.length;
      for (const line of lines) await hear(line, { LEAK: value });
      const found = leaks([...said.slice(first), ...(await files())], { value });
      said.length = first;
      return found;
    };
    const up = "up -s dev --yes --skip-preview";

    test("an output: what the engine says, its checkpoint, backup and history", async () => {
      const found = await leaking("export const leak = process.env.LEAK;", up, up);
      for (const where of [/^pulumi up/, /dev\.json: /, /dev\.json\.bak: /, /history/]) {
        expect(found).toContainEqual(expect.stringMatching(where) as string);
      }
    });

    test("an output that is encrypted: in no file, but with secrets decrypted", async () => {
      await leaking("", up);
      const found = await leaking(
        "export const leak = pulumi.secret(process.env.LEAK);",
        up,
        "stack export -s dev --show-secrets",
      );
      expect(found).toContainEqual("pulumi stack export -s dev --show-secrets: value as plain");
    });

    test("a log in base64", async () => {
      const code = 'pulumi.log.info(Buffer.from("key=" + process.env.LEAK).toString("base64"));';
      expect(await leaking(code, up)).toContainEqual(
        expect.stringMatching(/base64 at 1$/) as string,
      );
    });
  });
});
