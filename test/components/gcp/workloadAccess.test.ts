import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy, wiringOf } from "../../fixtures/deploy";
import { max, min } from "../../fixtures/gcp";
import { once } from "../../fixtures/once";
import { named, ofType, type Recorded } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const ofAccess = async (raw: Record<string, unknown>): Promise<readonly Recorded[]> =>
  (await made(raw)).resources.filter(({ parent }) => parent?.includes("WorkloadAccess"));

const accessor = "roles/secretmanager.secretAccessor";
const member = (id: string): string =>
  `serviceAccount:promptsentinel-prod-${id}@sentinel-prod-4711.iam.gserviceaccount.com`;
const app = member("app");
const ci = member("ci");
const rotator = "serviceAccount:rotator@sentinel-prod-4711.iam.gserviceaccount.com";
const operator = "group:platform@promptsentinel.ai";
const onCall = "user:on-call@promptsentinel.ai";

test("each grant is one member's, of one role, on one secret", async () => {
  const grants = ofType(await ofAccess(max), "gcp:secretmanager/secretIamMember:SecretIamMember");
  const got = grants.map(({ inputs }) => [inputs["member"], inputs["role"], inputs["secretId"]]);
  const appKeys = [
    ...["anthropic-api-key", "openai-api-key", "gemini-api-key", "cache-password"],
    "gdpr-master-key",
  ];
  const rotated = [
    ...["anthropic-api-key", "openai-api-key", "gemini-api-key", "snyk-token", "cache-password"],
  ];
  const all = [...appKeys, "snyk-token"];
  const manager = "roles/secretmanager.secretVersionManager";
  const adder = "roles/secretmanager.secretVersionAdder";
  const viewer = "roles/secretmanager.viewer";
  const rows = [
    ...appKeys.map((key) => [app, accessor, key]),
    [ci, accessor, "snyk-token"],
    ...rotated.flatMap((key) => [accessor, manager].map((role) => [rotator, role, key])),
    ...all.flatMap((key) => [adder, viewer].map((role) => [operator, role, key])),
    ...all.map((key) => [onCall, accessor, key]),
  ];
  expect(got.map(String).sort()).toEqual(rows.map(String).sort());
});

test("nothing evicts others: no binding and no policy is the program's", async () => {
  const types = (await made(max)).resources.map(({ type }) => type);
  expect(types.filter((type) => /I(AM|am)(Binding|Policy):/.test(type))).toEqual([]);
});

test("break-glass is between two times, and nobody else's grant is", async () => {
  const grants = ofType(await ofAccess(max), "gcp:secretmanager/secretIamMember:SecretIamMember");
  for (const { name, inputs } of grants) {
    if (!name.startsWith("gcp-access-breakGlass")) {
      expect(inputs).not.toHaveProperty("condition");
      continue;
    }
    expect(inputs["condition"]).toMatchObject({
      title: "breakGlass",
      expression:
        'request.time >= timestamp("2026-12-01T00:00:00Z") && request.time < timestamp("2026-12-03T00:00:00Z")',
    });
  }
});

test("service accounts have no key", async () => {
  const { resources } = await made(max);
  expect(ofType(resources, "gcp:serviceaccount/key:Key")).toEqual([]);
  expect(ofType(resources, "gcp:serviceaccount/account:Account")).toHaveLength(4);
});

describe("who becomes the application", () => {
  const pool = "iam.googleapis.com/projects/604321987655/locations/global/workloadIdentityPools";

  test("are its Pods, its role on AWS and its identity on Azure, each exactly", async () => {
    const bindings = ofType(await ofAccess(max), "gcp:serviceaccount/iAMMember:IAMMember");
    const github = "repo:promptsentinelai";
    expect(
      Object.fromEntries(bindings.map(({ name, inputs }) => [name, inputs["member"]])),
    ).toEqual({
      "gcp-access-app-gke":
        "serviceAccount:clusters-4711.svc.id.goog[prompt-sentinel/prompt-sentinel]",
      "gcp-access-app-aws-prompt-sentinel-task": `principalSet://${pool}/sentinel-prod-aws/attribute.aws_role/arn:aws:sts::210987654321:assumed-role/prompt-sentinel-task`,
      "gcp-access-app-azure-2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e": `principal://${pool}/sentinel-prod-azure/subject/2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e`,
      "gcp-access-ci-token-repo-promptsentinelai-prompt-sentinel-environment-security-scan": `principal://${pool}/sentinel-prod-oidc/subject/${github}/prompt-sentinel:environment:security-scan`,
      "gcp-access-ci-token-repo-promptsentinelai-1-prompt-sentinel-123456-environment-security-scan": `principal://${pool}/sentinel-prod-oidc/subject/${github}@1/prompt-sentinel@123456:environment:security-scan`,
    });
    for (const { inputs } of bindings) {
      expect(inputs["role"]).toBe("roles/iam.workloadIdentityUser");
      expect(inputs["serviceAccountId"]).toMatch(
        /^projects\/sentinel-prod-4711\/serviceAccounts\/promptsentinel-prod-(app|ci)@/,
      );
    }
  });

  test("on Cloud Run alone is nobody by a token: its deployment gives the account", async () => {
    const resources = await ofAccess(min);
    expect(ofType(resources, "gcp:serviceaccount/iAMMember:IAMMember")).toEqual([]);
    expect(resources.filter(({ type }) => type.startsWith("gcp:iam/workload"))).toEqual([]);
  });
});

describe("identity pools", () => {
  test("take tokens of one issuer, for one audience, of exact subjects and the pinned claims", async () => {
    const resources = await ofAccess(max);
    const repository = 'assertion.repository_id in ["123456"] && ';
    const repo = "repo:promptsentinelai/prompt-sentinel";
    for (const [id, condition] of Object.entries({
      consumers: `assertion.sub in ["${repo}:environment:security-scan", "repo:promptsentinelai@1/prompt-sentinel@123456:environment:security-scan"]`,
      // Each of the pipeline's roles with its own claims besides.
      preview: `assertion.event_name in ["pull_request"] && assertion.sub in ["${repo}:pull_request"]`,
      apply: `assertion.environment in ["prod"] && assertion.sub in ["${repo}:environment:prod"]`,
    })) {
      expect(named(resources, `gcp-access-pool-oidc-${id}`).inputs).toMatchObject({
        workloadIdentityPoolId: "sentinel-prod-oidc",
        workloadIdentityPoolProviderId: id,
        attributeMapping: { "google.subject": "assertion.sub" },
        attributeCondition: `${repository}${condition}`,
        oidc: {
          issuerUri: "https://token.actions.githubusercontent.com",
          allowedAudiences: ["promptsentinel-secrets"],
        },
      });
    }
  });

  test("of other clouds take the account's roles and the directory's identities alone", async () => {
    const resources = await ofAccess(max);
    const aws = named(resources, "gcp-access-pool-aws-aws-210987654321").inputs;
    expect(aws["aws"]).toEqual({ accountId: "210987654321" });
    expect(aws["attributeCondition"]).toBe(
      'attribute.aws_role in ["arn:aws:sts::210987654321:assumed-role/prompt-sentinel-task"]',
    );
    const entra = named(resources, "gcp-access-pool-azure-entra-1a2b3c4d5e6f4a7b8c9d0e1f2a").inputs;
    expect(entra).toMatchObject({
      attributeCondition: 'assertion.sub in ["2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e"]',
      oidc: {
        issuerUri: "https://sts.windows.net/1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d/",
        allowedAudiences: ["api://promptsentinel-gcp"],
      },
    });
  });

  test("have ids that Google takes, and one that is new after a destroy by the setting", async () => {
    const pools = ofType(
      await ofAccess(max),
      "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
    ).map(({ inputs }) => String(inputs["workloadIdentityPoolId"]));
    expect(pools).toEqual(["sentinel-prod-oidc", "sentinel-prod-aws", "sentinel-prod-azure"]);
    const usual = await ofAccess(changed(max, "gcp.federation", {}));
    for (const { inputs } of ofType(usual, "gcp:iam/workloadIdentityPool:WorkloadIdentityPool")) {
      expect(inputs["workloadIdentityPoolId"]).toMatch(/^promptsentinel-prod-(oidc|aws|azure)$/);
    }
    for (const { inputs } of ofType(
      usual,
      "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    )) {
      expect(inputs["workloadIdentityPoolProviderId"]).toMatch(/^[a-z0-9-]{4,32}$/);
    }
  });
});

describe("guards of the project", () => {
  test("whoever is no reader is refused, whatever he is granted; the operator too", async () => {
    const { inputs } = named(await ofAccess(max), "gcp-access-deny-others");
    const account = "principal://iam.googleapis.com/projects/-/serviceAccounts";
    expect(inputs).toMatchObject({
      parent: "cloudresourcemanager.googleapis.com%2Fprojects%2F604321987655",
      rules: [
        {
          denyRule: {
            deniedPrincipals: ["principalSet://goog/public:all"],
            deniedPermissions: ["secretmanager.googleapis.com/versions.access"],
            exceptionPrincipals: [
              `${account}/promptsentinel-prod-app@sentinel-prod-4711.iam.gserviceaccount.com`,
              `${account}/promptsentinel-prod-ci@sentinel-prod-4711.iam.gserviceaccount.com`,
              `${account}/rotator@sentinel-prod-4711.iam.gserviceaccount.com`,
              "principal://goog/subject/on-call@promptsentinel.ai",
            ],
          },
        },
      ],
    });
  });

  test("and keys are forbidden; neither where the settings do not say so", async () => {
    for (const what of ["Creation", "Upload"]) {
      const own = `gcp-access-no-key-${what.toLowerCase()}`;
      expect(named(await ofAccess(max), own).inputs).toEqual({
        name: `projects/sentinel-prod-4711/policies/iam.managed.disableServiceAccountKey${what}`,
        parent: "projects/sentinel-prod-4711",
        spec: { rules: [{ enforce: "TRUE" }] },
      });
    }
    const names = (await ofAccess(min)).map(({ name }) => name);
    expect(names.filter((name) => /deny|no-key/.test(name))).toEqual([]);
  });
});

test("logins tell what each way needs, and no credential", async () => {
  const { results } = await made(max);
  const wiring = await wiringOf(parseConfig(max, platforms), results);
  const { logins } = wiring.platforms["gcp"]?.identities.app ?? { logins: {} };
  const known = {
    serviceAccount: "promptsentinel-prod-app@sentinel-prod-4711.iam.gserviceaccount.com",
    projectId: "sentinel-prod-4711",
  };
  const pools = "projects/604321987655/locations/global/workloadIdentityPools";
  const aws = `${pools}/sentinel-prod-aws/providers/aws-210987654321`;
  const entra = `${pools}/sentinel-prod-azure/providers/entra-1a2b3c4d5e6f4a7b8c9d0e1f2a`;
  expect(logins).toEqual({
    gke: {
      ...known,
      namespace: "prompt-sentinel",
      kubernetesServiceAccount: "prompt-sentinel",
      "iam.gke.io/gcp-service-account": known.serviceAccount,
    },
    cloudRun: {
      ...known,
      setSecrets:
        "ANTHROPIC_API_KEY=anthropic-api-key:latest,OPENAI_API_KEY=openai-api-key:latest,GEMINI_API_KEY=gemini-api-key:latest,REDIS_PASSWORD=cache-password:latest,GDPR_MASTER_KEY=gdpr-master-key:latest",
    },
    aws: {
      ...known,
      workloadIdentityProvider: aws,
      stsAudience: `//iam.googleapis.com/${aws}`,
    },
    azure: {
      ...known,
      workloadIdentityProvider: entra,
      stsAudience: `//iam.googleapis.com/${entra}`,
      audience: "api://promptsentinel-gcp",
    },
  });
  const scan = `${pools}/sentinel-prod-oidc/providers/consumers`;
  expect(wiring.platforms["gcp"]?.identities.ci?.logins).toEqual({
    oidc: {
      serviceAccount: "promptsentinel-prod-ci@sentinel-prod-4711.iam.gserviceaccount.com",
      projectId: "sentinel-prod-4711",
      workloadIdentityProvider: scan,
      stsAudience: `//iam.googleapis.com/${scan}`,
      // The token's own, which an action asks for only when it is told to.
      audience: "promptsentinel-secrets",
      issuer: "https://token.actions.githubusercontent.com",
      environment: "security-scan",
    },
  });
});
