import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { parse } from "yaml";
import { render } from "../../../infra/wiring/render";
import { findServer } from "../../../sandbox/openbao/find";
import { putFirst } from "../support/entries";
import { issuedBy, wiringWith } from "../../fixtures/pipelineWiring";
import { inTempDir } from "../../fixtures/tempDir";
import { startHarness, wiringOf } from "../support/harness";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";

const found = findPython("ci");
const testSchema = testWith("missing" in found ? found.missing : undefined);

/** Whether a text is a pipeline to GitLab's own schema. */
const isPipeline = (text: string): Promise<boolean> =>
  inTempDir(async (folder) => {
    if (!("python" in found)) throw new Error(found.missing);
    const file = join(folder, ".gitlab-ci.yml");
    await writeFile(file, text);
    const { exitCode } = await execa(
      found.python,
      ["-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", file],
      { reject: false },
    );
    return exitCode === 0;
  });

const scan = "security-scan: { extends: .promptsentinel-keys, image: alpine, script: [scan] }\n";

describe("a job of GitLab CI", () => {
  testSchema("is one by GitLab's schema, and so is the scan that extends it", async () => {
    for (const store of ["vault", "aws", "azure", "gcp"]) {
      const text = render(issuedBy(await wiringWith(store), "https://gitlab.com"), "gitlab");
      expect([store, await isPipeline(text + scan)]).toStrictEqual([store, true]);
      // A hidden job may hold anything; one of the same members that is not hidden may not.
      const shown = text.replace(".promptsentinel-keys:", "keys:\n  script: [scan]");
      expect([store, await isPipeline(shown)]).toStrictEqual([store, true]);
      expect(await isPipeline(shown.replace("aud:", "audience:"))).toBe(false);
      expect(await isPipeline(shown.replace('"access"', '"read"'))).toBe(false);
      expect(await isPipeline(shown.replace("before_script", "before_scripts"))).toBe(false);
    }
  });

  test("reads the scan's key of a real server, with its own token alone, and logs out", async () => {
    const harness = await startHarness();
    try {
      const { stack } = await harness.session();
      const document = wiringOf((await stack.up()).outputs);
      const { mount = "", path = "" } =
        document.platforms["vault"]?.references["snyk"]?.locator ?? {};
      await putFirst(harness.root, { mount, path }, { token: "of-the-scan" });
      // The same commands on either vendor's runner: the dev stack trusts GitHub's.
      const job = parse(render(issuedBy(document, undefined), "gitlab")) as {
        ".promptsentinel-keys": { before_script: readonly string[] };
      };
      const script = [
        "set -e",
        ...job[".promptsentinel-keys"].before_script,
        `printf '%s' "$SNYK_TOKEN \${VAULT_TOKEN:-none} \${PROMPTSENTINEL_TOKEN:-none}"`,
      ];
      const { location } = await findServer({ log: () => undefined });
      const run = (claims: Readonly<Record<string, unknown>>) =>
        inTempDir(async (home) => {
          await symlink(
            (await execa("sh", ["-c", `command -v ${location}`])).stdout,
            join(home, "bao"),
          );
          return execa("sh", ["-c", script.join("\n")], {
            ...{ extendEnv: false, reject: false },
            env: {
              HOME: home,
              PATH: `${home}:/usr/bin:/bin`,
              PROMPTSENTINEL_TOKEN: harness.pipeline.token({ repository_id: "123456", ...claims }),
            },
          });
        });

      const read = await run({ environment: "security-scan" });
      expect(read.stderr).toBe("");
      expect(read.stdout.split("\n").at(-1)).toBe("of-the-scan none none");
      const refused = await run({ environment: "other" });
      expect(refused.exitCode).not.toBe(0);
      expect(refused.stdout).toBe("");
    } finally {
      await harness.stop();
    }
  });
});
