import { chmod, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import execa from "execa";
import { parse } from "yaml";
import { render } from "../../../infra/wiring/render";
import { wiringWith } from "../../fixtures/pipelineWiring";
import { inTempDir } from "../../fixtures/tempDir";
import { findTools } from "../support/goTools/find";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";

const tools = findTools("actionlint");
const found = findPython("ci");
const testLint = testWith("missing" in tools ? tools.missing : undefined);
const testAudit = testWith("missing" in found ? found.missing : undefined);

const stores = ["vault", "aws", "azure", "gcp"] as const;

/** The smallest workflow around the job. */
const workflowOf = async (store: string): Promise<string> =>
  `on: workflow_dispatch\npermissions: {}\n${render(await wiringWith(store), "github")}`;

/** What a program says of a workflow; empty when it has nothing to say. */
const saysOf = (text: string, program: string, options: readonly string[]): Promise<string> =>
  inTempDir(async (folder) => {
    const file = join(folder, "workflow.yml");
    await writeFile(file, text);
    const { stdout, stderr, exitCode } = await execa(program, [...options, file], {
      reject: false,
    });
    return exitCode === 0 ? "" : `${stdout}${stderr}` || `ended with ${String(exitCode)}`;
  });

describe("a job of GitHub Actions", () => {
  /** Without the linters of shells and Python that it starts where they are installed. */
  const lint = (text: string): Promise<string> => {
    if (!("bin" in tools)) throw new Error(tools.missing);
    return saysOf(text, join(tools.bin, "actionlint"), ["-oneline", "-shellcheck=", "-pyflakes="]);
  };

  testLint(
    "is one to actionlint, which knows the releases' inputs but not their commits",
    async () => {
      for (const store of stores) {
        const text = await workflowOf(store);
        expect([store, await lint(text)]).toStrictEqual([store, ""]);
        expect(await lint(text.replace("runs-on", "runs-at"))).toContain(
          '"runs-on" section is missing',
        );
        const released = text.replace(/@[0-9a-f]{40} # (v\d+)[\d.]*$/m, "@$1");
        expect(released).not.toBe(text);
        expect([store, await lint(released)]).toStrictEqual([store, ""]);
        // It does not know Vault's action.
        if (store === "vault") continue;
        const other = released.replace("audience:", "audiences:");
        expect(await lint(other)).toContain('input "audiences" is not defined in action');
      }
    },
  );

  const audit = (text: string): Promise<string> => {
    if (!("python" in found)) throw new Error(found.missing);
    const options = ["--offline", "--no-progress", "--format", "plain"];
    return saysOf(text, join(dirname(found.python), "zizmor"), options);
  };

  testAudit("has nothing that zizmor warns of", async () => {
    for (const store of stores) {
      const text = await workflowOf(store);
      expect([store, await audit(text)]).toStrictEqual([store, ""]);
      const unpinned = text.replace(/@[0-9a-f]{40}.*$/m, "@main");
      expect(await audit(unpinned)).toContain("unpinned-uses");
      const open = text.replace(/permissions:\n(.*\n){2}/, "permissions: write-all\n");
      expect(await audit(open)).toContain("excessive-permissions");
    }
  });
});

/** A vendor's program that prints a value where it is asked for one as it has to be. */
const programs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws: {
    aws: '[ "$*" = "secretsmanager get-secret-value --region eu-central-1 --secret-id promptsentinel/snyk --query SecretString --output text" ] && echo document',
    jq: '[ "$*" = "-er --arg key SNYK_TOKEN .[\\$key]" ] && [ "$(cat)" = document ] && echo the-value',
  },
  azure: {
    az: '[ "$*" = "keyvault secret show --id https://kv-prompt-sentinel.vault.azure.net/secrets/snyk-token --query value --output tsv" ] && echo the-value',
  },
  gcp: {
    gcloud:
      '[ "$*" = "secrets versions access latest --project sentinel-prod-4711 --secret snyk-token" ] && printf the-value',
  },
};

interface Step {
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

/** Runs the step as a runner does: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#exit-codes-and-error-action-preference */
const runOf = (step: Step, vendors: Readonly<Record<string, string>>) =>
  inTempDir(async (folder) => {
    for (const [name, body] of Object.entries(vendors)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`);
      await chmod(join(folder, name), 0o700);
    }
    const [output, script] = [join(folder, "output"), join(folder, "script")];
    await writeFile(output, "");
    await writeFile(script, step.run);
    const { exitCode, stdout } = await execa(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", script],
      {
        ...{ extendEnv: false, reject: false },
        env: { PATH: `${folder}:/usr/bin:/bin`, GITHUB_OUTPUT: output, ...step.env },
      },
    );
    return { exitCode, stdout, output: await readFile(output, "utf8") };
  });

describe("the step that reads", () => {
  test.each(["aws", "azure", "gcp"])(
    "from %s asks for one key, hides it from the log and hands it on",
    async (store) => {
      const { jobs } = parse(render(await wiringWith(store), "github")) as {
        jobs: { "security-scan": { steps: readonly [unknown, Step] } };
      };
      const [, step] = jobs["security-scan"].steps;
      const vendors = programs[store] ?? {};
      expect(await runOf(step, vendors)).toStrictEqual({
        exitCode: 0,
        stdout: "::add-mask::the-value",
        output: "SNYK_TOKEN=the-value\n",
      });
      for (const name of Object.keys(vendors)) {
        const failed = await runOf(step, { ...vendors, [name]: "exit 7" });
        expect(failed.exitCode).not.toBe(0);
        expect(failed).toMatchObject({ stdout: "", output: "" });
      }
    },
  );
});
