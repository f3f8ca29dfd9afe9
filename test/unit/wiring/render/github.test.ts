import fc from "fast-check";
import { parse } from "yaml";
import { render } from "../../../../infra/wiring/render";
import { isGitHub } from "../../../../infra/wiring/render/pipeline";
import { cloudOf } from "../../../../infra/wiring/render/githubLogins";
import {
  awkwardText,
  changed,
  issuedBy,
  wiringWith,
  withCoordinates,
} from "../../../fixtures/pipelineWiring";

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}
interface Job {
  readonly environment?: string;
  readonly steps: readonly Step[];
}

const jobOf = (text: string): Job =>
  (parse(text) as { jobs: Readonly<Record<string, Job>> }).jobs["security-scan"] as Job;

test("a job logs in with its own token and reads the scan's keys, byte for byte", async () => {
  expect(render(await wiringWith("aws"), "github"))
    .toBe(`# Put the scan's own steps behind these, and a checkout before them. A step gets a key by its environment:
#   env: { SNYK_TOKEN: "\${{ steps.keys.outputs.SNYK_TOKEN }}" }

jobs:
  security-scan:
    runs-on: "ubuntu-latest"
    environment: "security-scan"
    permissions:
      contents: "read"
      id-token: "write" # to log in
    steps:
      - name: "Log in to AWS"
        uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
        with:
          role-to-assume: "arn:aws:iam::210987654321:role/promptsentinel-prod-ci-oidc"
          aws-region: "eu-central-1"
          audience: "sts.amazonaws.com"
      - name: "Read the keys"
        id: "keys"
        shell: "bash"
        env:
          SNYK_TOKEN_REGION: "eu-central-1"
          SNYK_TOKEN_SECRET: "promptsentinel/snyk"
          SNYK_TOKEN_JSON_KEY: "SNYK_TOKEN"
        run: |
          value=$(aws secretsmanager get-secret-value --region "$SNYK_TOKEN_REGION" --secret-id "$SNYK_TOKEN_SECRET" --query SecretString --output text | jq -er --arg key "$SNYK_TOKEN_JSON_KEY" '.[$key]')
          printf '::add-mask::%s\\n' "$value"
          printf 'SNYK_TOKEN=%s\\n' "$value" >> "$GITHUB_OUTPUT"
`);
});

describe("the login of", () => {
  test.each<[string, Step]>([
    [
      "azure",
      {
        uses: "azure/login@f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca",
        with: {
          "client-id": "client-of-azure-access-ci",
          "tenant-id": "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
          "allow-no-subscriptions": "true",
          audience: "api://AzureADTokenExchange",
        },
      },
    ],
    [
      "gcp",
      {
        uses: "google-github-actions/auth@7c6bc770dae815cd3e89ee6cdf493a5fab2cc093",
        with: {
          project_id: "sentinel-prod-4711",
          workload_identity_provider:
            "projects/604321987655/locations/global/workloadIdentityPools/sentinel-prod-oidc/providers/consumers",
          service_account: "promptsentinel-prod-ci@sentinel-prod-4711.iam.gserviceaccount.com",
          audience: "promptsentinel-secrets",
        },
      },
    ],
    [
      "vault",
      {
        uses: "hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b",
        with: {
          url: "https://vault.example.com:8200",
          namespace: "team-a",
          method: "jwt",
          path: "jwt",
          role: "promptsentinel-staging-ci",
          jwtGithubAudience: "promptsentinel",
          exportEnv: "false",
          secrets: "secret/data/promptsentinel/snyk token | SNYK_TOKEN",
        },
      },
    ],
  ])("%s is by what the stack made", async (name, login) => {
    const { steps } = jobOf(render(await wiringWith(name), "github"));
    expect(steps[0]).toMatchObject(login);
    expect(steps[0]?.with).toStrictEqual(login.with);
    // Vault's action reads as well.
    expect(steps).toHaveLength(name === "vault" ? 1 : 2);
  });

  test.each([
    ["https://kv.vault.azure.net/", undefined],
    ["https://kv.vault.usgovcloudapi.net/", "azureusgovernment"],
    ["https://kv.vault.azure.cn/", "azurechinacloud"],
    ["https://kv-usgovcloudapi.net.vault.azure.net/", undefined],
  ])("a vault at %s is in the cloud %s", async (url, environment) => {
    expect(cloudOf(url)).toBe(environment);
    const wiring = withCoordinates(await wiringWith("azure"), (name, value) =>
      name === "AZURE_VAULT_URL" ? url : value,
    );
    expect(jobOf(render(wiring, "github")).steps[0]?.with?.["environment"]).toBe(environment);
  });
});

test("a job is in no environment where its tokens need none", async () => {
  const wiring = withCoordinates(await wiringWith("aws"), (name, value) =>
    name === "environment" ? undefined : value,
  );
  expect(jobOf(render(wiring, "github"))).not.toHaveProperty("environment");
});

/** What GitHub makes of a text, where nothing but literals are in its expressions. */
const evaluated = (text: string): string => text.replaceAll("${{ '${{' }}", "${{");

test.each(["aws", "azure", "gcp", "vault"])(
  "what a stack of %s calls its things reaches a step as it is, and is in no script",
  async (platform) => {
    const wiring = await wiringWith(platform);
    const scripts = jobOf(render(wiring, "github")).steps.map(({ run }) => run);
    fc.assert(
      fc.property(awkwardText, (text) => {
        const other = withCoordinates(wiring, (name, value) =>
          name === "issuer" || name === "audience" ? value : text,
        );
        const { steps, environment = "" } = jobOf(render(other, "github"));
        expect(steps.map(({ run }) => run)).toStrictEqual(scripts);
        expect(evaluated(environment)).toBe(text);
        for (const value of Object.values(steps[1]?.env ?? {})) {
          expect(evaluated(value)).toBe(text);
          expect(value.replaceAll("${{ '${{' }}", "")).not.toContain("${{");
        }
        const inputs = Object.values(steps[0]?.with ?? {}).map(evaluated);
        expect(inputs.filter((one) => one === text).length).toBeGreaterThan(1);
      }),
      { numRuns: 50 },
    );
  },
);

describe("a stack whose keys no job of GitHub's reads says why", () => {
  test("tokens of somebody else", async () => {
    const wiring = issuedBy(await wiringWith("aws"), "https://gitlab.com");
    expect(() => render(wiring, "github")).toThrow(
      "format: got github of aws: its tokens come from https://gitlab.com, which is not GitHub; of aws there is json, env, compose",
    );
    // Documents before 1.2 do not say whose they are.
    expect(render(issuedBy(wiring, undefined), "github")).toContain("aws-actions/");
  });

  test.each([
    ["vault", "jwt"],
    ["aws", "oidc"],
    ["azure", "oidc"],
    ["gcp", "oidc"],
  ])("no identity in %s", async (name, way) => {
    const wiring = await wiringWith(name, "min");
    expect(() => render(wiring, "github")).toThrow(
      `ci has no way in by ${way}; fix: add ${name}.access.ci.${way} to the stack's settings and run it again`,
    );
  });

  test("no key of theirs", async () => {
    const wiring = await wiringWith("aws");
    const keys = Object.entries(wiring.keys).filter(([id]) => id !== "snyk");
    const without = { ...wiring, keys: Object.fromEntries(keys) };
    expect(() => render(without, "github")).toThrow("none of its keys is read by ci");
  });

  test("a platform that no pipeline logs in to", async () => {
    const wiring = changed(await wiringWith("aws"), (one) => ({ ...one, secretMethod: "other" }));
    expect(() => render(wiring, "github")).toThrow("no pipeline reads keys of it");
  });
});

test.each<[string, boolean]>([
  ["https://token.actions.githubusercontent.com", true],
  ["https://token.actions.githubusercontent.com/octo-org", true],
  ["https://token.actions.octo-org.ghe.com", true],
  ["https://github.example.com/_services/token", true],
  ["https://gitlab.com", false],
  ["https://token.actions.githubusercontent.com.example.com", false],
])("tokens of %s are GitHub's: %s", (issuer, github) => {
  expect(isGitHub(issuer)).toBe(github);
});
