import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import fc from "fast-check";
import { parse } from "yaml";
import { render } from "../../../../infra/wiring/render";
import {
  awkwardText,
  issuedBy,
  wiringWith,
  withCoordinates,
} from "../../../fixtures/pipelineWiring";
import { inTempDir } from "../../../fixtures/tempDir";

interface Job {
  readonly id_tokens: object;
  readonly environment?: object;
  readonly before_script: readonly string[];
}

const ofGitLab = async (name: string) => issuedBy(await wiringWith(name), "https://gitlab.com");
const jobOf = (text: string): Job =>
  (parse(text) as Readonly<Record<string, Job>>)[".promptsentinel-keys"] as Job;

test("a job has a token of its own, is in the environment that it names, and reads the scan's keys", async () => {
  expect(jobOf(render(await ofGitLab("vault"), "gitlab"))).toStrictEqual({
    id_tokens: { PROMPTSENTINEL_TOKEN: { aud: "promptsentinel" } },
    environment: { name: "scan", action: "access" },
    before_script: [
      "cli=$(command -v bao || command -v vault)",
      "export VAULT_ADDR=https://vault.example.com:8200",
      "export VAULT_NAMESPACE=team-a",
      'VAULT_TOKEN=$(printf \'%s\' "$PROMPTSENTINEL_TOKEN" | "$cli" write -field=token auth/jwt/login role=promptsentinel-staging-ci jwt=-)',
      "export VAULT_TOKEN",
      'SNYK_TOKEN=$("$cli" kv get -mount=secret -field=token promptsentinel/snyk)',
      "export SNYK_TOKEN",
      '"$cli" token revoke -self',
      "unset VAULT_TOKEN",
      "unset PROMPTSENTINEL_TOKEN",
    ],
  });
});

/** Programs that write down how they were called, each in a file of its own as both ends of a pipe run at once, and print one word. */
const fake = `#!/bin/sh
for word in "$(basename "$0")" "$@"; do printf '%s\\0' "$word"; done > "$CALLS/$$"
printf value
`;

/** Runs a job's commands with such programs in the place of the vendors' own: what they were told, and the key. */
const runOf = (
  job: Job,
): Promise<{ readonly calls: readonly (readonly string[])[]; readonly key: string | undefined }> =>
  inTempDir(async (folder) => {
    for (const program of ["aws", "az", "gcloud", "jq", "bao"]) {
      await writeFile(join(folder, program), fake);
      await chmod(join(folder, program), 0o700);
    }
    const script = ["set -e", ...job.before_script, `printf '\\f%s' "$SNYK_TOKEN"`].join("\n");
    const folderOfCalls = join(folder, "calls");
    await mkdir(folderOfCalls);
    const { stdout } = await execa("sh", ["-c", script], {
      extendEnv: false,
      env: {
        PATH: `${folder}:/usr/bin:/bin`,
        CALLS: folderOfCalls,
        ...{ TMPDIR: folder, PROMPTSENTINEL_TOKEN: "t.o.k", CI_JOB_ID: "7" },
      },
    });
    const calls = await Promise.all(
      (await readdir(folderOfCalls)).map((name) => readFile(join(folderOfCalls, name), "utf8")),
    );
    return {
      calls: calls.map((call) =>
        call
          .split("\0")
          .slice(0, -1)
          .map((word) => word.replace(folder, "TEMP")),
      ),
      key: stdout.split("\f")[1],
    };
  });

describe("the commands of", () => {
  test.each<[string, readonly string[]]>([
    [
      "aws",
      [
        "aws secretsmanager get-secret-value --region eu-central-1 --secret-id promptsentinel/snyk --query SecretString --output text",
        "jq -er --arg key SNYK_TOKEN .[$key]",
      ],
    ],
    [
      "azure",
      [
        "az login --service-principal --username client-of-azure-access-ci --tenant 1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d --federated-token t.o.k --allow-no-subscriptions --output none",
        "az keyvault secret show --id https://kv-prompt-sentinel.vault.azure.net/secrets/snyk-token --query value --output tsv",
        "az logout",
      ],
    ],
    [
      "gcp",
      [
        "gcloud iam workload-identity-pools create-cred-config projects/604321987655/locations/global/workloadIdentityPools/sentinel-prod-oidc/providers/consumers --service-account promptsentinel-prod-ci@sentinel-prod-4711.iam.gserviceaccount.com --credential-source-file TEMP --output-file TEMP",
        "gcloud secrets versions access latest --project sentinel-prod-4711 --secret snyk-token",
      ],
    ],
    [
      "vault",
      [
        "bao write -field=token auth/jwt/login role=promptsentinel-staging-ci jwt=-",
        "bao kv get -mount=secret -field=token promptsentinel/snyk",
        "bao token revoke -self",
      ],
    ],
  ])("%s log in, read and log out", async (name, expected) => {
    const { calls, key } = await runOf(jobOf(render(await ofGitLab(name), "gitlab")));
    const lines = calls.map((call) => call.join(" ").replaceAll(/TEMP\/tmp\.\w+/g, "TEMP"));
    // Both ends of a pipe start at once.
    expect(lines.sort()).toStrictEqual([...expected].sort());
    expect(key).toBe("value");
  });

  test.each(["aws", "azure", "gcp", "vault"])(
    "%s take what a stack calls its things as it is",
    async (name) => {
      const wiring = await ofGitLab(name);
      await fc.assert(
        fc.asyncProperty(awkwardText, async (text) => {
          const other = withCoordinates(wiring, (coordinate, value) =>
            ["secret", "jsonKey", "secretUrl", "name", "path", "role", "clientId"].includes(
              coordinate,
            )
              ? text
              : value,
          );
          const { calls } = await runOf(jobOf(render(other, "gitlab")));
          const words = calls.flat();
          expect(words.filter((word) => word === text || word === `role=${text}`).length).toBe(
            { aws: 2, azure: 2, gcp: 1, vault: 2 }[name],
          );
        }),
        { numRuns: 15 },
      );
    },
  );
});

test("secrets of one region are read in it", async () => {
  const wiring = await ofGitLab("gcp");
  const gcp = wiring.platforms["gcp"];
  const snyk = gcp?.references["snyk"];
  if (!gcp || !snyk) throw new Error("no key");
  const locator = { ...snyk.locator, location: "europe-west3" };
  const regional = {
    ...wiring,
    platforms: { gcp: { ...gcp, references: { ...gcp.references, snyk: { ...snyk, locator } } } },
  };
  expect(render(regional, "gitlab")).toContain("--secret snyk-token --location europe-west3)");
});

test.each([
  ["https://kv.vault.usgovcloudapi.net/", "az cloud set --name AzureUSGovernment"],
  ["https://kv.vault.azure.cn/", "az cloud set --name AzureChinaCloud"],
])("a vault at %s is in another cloud", async (url, command) => {
  const wiring = withCoordinates(await ofGitLab("azure"), (name, value) =>
    name === "AZURE_VAULT_URL" ? url : value,
  );
  expect(jobOf(render(wiring, "gitlab")).before_script[0]).toBe(command);
});

test.each([
  ["aws", "sts.amazonaws.com"],
  ["azure", "api://AzureADTokenExchange"],
])("a document of %s before 1.2 has the vendor's own audience", async (name, audience) => {
  const wiring = withCoordinates(await ofGitLab(name), (coordinate, value) =>
    ["issuer", "audience", "environment"].includes(coordinate) ? undefined : value,
  );
  const job = jobOf(render(wiring, "gitlab"));
  expect(job.id_tokens).toStrictEqual({ PROMPTSENTINEL_TOKEN: { aud: audience } });
  expect(job).not.toHaveProperty("environment");
});

test("a stack whose tokens are GitHub's says so", async () => {
  const wiring = await wiringWith("gcp");
  expect(() => render(wiring, "gitlab")).toThrow(
    "format: got gitlab of gcp: its tokens come from https://token.actions.githubusercontent.com, which is not GitLab; of gcp there is json, env, compose",
  );
});
