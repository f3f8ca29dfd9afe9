import { max } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { named, ofType } from "../../support/mocks";
import { recordedUp, type Up } from "../support/recordedUp";

/** What Entra ID looks at in a token. */
interface Token {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
}

interface Federation {
  readonly resourceName: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

/**
 * Identities that a token becomes. Entra ID compares all three to the letter, upper and lower case too.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
const becomes = (made: readonly Up[], { iss, sub, aud }: Token): readonly string[] =>
  ofType(made, "azure-native:managedidentity:FederatedIdentityCredential")
    .map(({ inputs }) => inputs as unknown as Federation)
    .filter(
      ({ issuer, subject, audiences }) =>
        issuer === iss && subject === sub && audiences.includes(aud),
    )
    .map(({ resourceName }) => resourceName);

const cluster =
  "https://germanywestcentral.oic.prod-aks.azure.com/1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d/3c4d5e6f-7a8b-4c9d-8e1f-2a3b4c5d6e7f/";
const github = "https://token.actions.githubusercontent.com";
const aud = "api://AzureADTokenExchange";
const repository = "repo:promptsentinelai/prompt-sentinel";
const pod: Token = {
  iss: cluster,
  sub: "system:serviceaccount:prompt-sentinel:prompt-sentinel",
  aud,
};
const ofGithub = (sub: string): Token => ({ iss: github, sub, aud });

/** Tokens of which each becomes exactly one identity, written by hand. */
const ways: readonly (readonly [identity: string, Token])[] = [
  ["promptsentinel-prod-app", pod],
  ["promptsentinel-prod-ci", ofGithub(`${repository}:environment:security-scan`)],
  [
    "promptsentinel-prod-ci",
    ofGithub("repo:promptsentinelai@1/prompt-sentinel@123456:environment:security-scan"),
  ],
  ["promptsentinel-prod-pipeline-preview", ofGithub(`${repository}:pull_request`)],
  ["promptsentinel-prod-pipeline-apply", ofGithub(`${repository}:environment:prod`)],
];

/** Each is refused: one thing is other than it should be. */
const others: Readonly<Record<string, Token>> = {
  "another namespace": { ...pod, sub: "system:serviceaccount:default:prompt-sentinel" },
  "another service account": { ...pod, sub: "system:serviceaccount:prompt-sentinel:default" },
  "a service account whose name begins like ours": { ...pod, sub: `${pod.sub}-2` },
  "a subject in capitals": { ...pod, sub: pod.sub.toUpperCase() },
  "another cluster": { ...pod, iss: cluster.replace("3c4d5e6f", "4c4d5e6f") },
  "the issuer without its last slash": { ...pod, iss: cluster.slice(0, -1) },
  "a cluster's subject from GitHub": { ...pod, iss: github },
  "a token of a pod for the cluster itself": { ...pod, aud: "https://kubernetes.default.svc" },
  "another cloud's audience": { ...pod, aud: "api://AzureADTokenExchangeUSGov" },
  "an audience in capitals": { ...pod, aud: aud.toUpperCase() },
  "another repository": ofGithub(`${repository}-fork:environment:prod`),
  "another owner": ofGithub("repo:somebody/prompt-sentinel:environment:prod"),
  "another environment": ofGithub(`${repository}:environment:dev`),
  "an environment that begins like ours": ofGithub(`${repository}:environment:prod-2`),
  "a branch": ofGithub(`${repository}:ref:refs/heads/main`),
  "the repository alone": ofGithub(repository),
  "GitHub's own audience": { ...ofGithub(`${repository}:pull_request`), aud: repository },
  "another issuer": { ...ofGithub(`${repository}:pull_request`), iss: `${github}/other` },
};

describe("whose tokens become which identity", () => {
  let made: readonly Up[];
  beforeAll(async () => {
    made = await recordedUp(max);
  });

  test.each(ways)("%s: %j", (identity, token) => {
    expect(becomes(made, token)).toEqual([identity]);
  });

  test.each(Object.entries(others))("nobody: %s", (_, token) => {
    expect(becomes(made, token)).toEqual([]);
  });

  test("there is no other way in, and none with a pattern", () => {
    const all = ofType(made, "azure-native:managedidentity:FederatedIdentityCredential");
    expect(all).toHaveLength(ways.length);
    for (const { inputs } of all) {
      expect(inputs["audiences"]).toHaveLength(1);
      expect(JSON.stringify(inputs)).not.toContain("*");
      expect(inputs).not.toHaveProperty("claimsMatchingExpression");
    }
  });
});

test.each([
  ["usgovernment", "usgovvirginia", "api://AzureADTokenExchangeUSGov"],
  ["china", "chinanorth3", "api://AzureADTokenExchangeChina"],
])("%s: a cluster's tokens are for its own cloud", async (cloud, location, audience) => {
  const azure = max["azure"] as Readonly<Record<string, unknown>>;
  const there = { ...max, azure: { ...azure, cloud, location } };
  // Nobody is made eligible outside of the public cloud.
  const made = await recordedUp(changed(there, "azure.access.breakGlass", undefined));
  expect(becomes(made, { ...pod, aud: audience })).toEqual(["promptsentinel-prod-app"]);
  expect(becomes(made, pod)).toEqual([]);
  const { inputs } = named(made, "azure");
  expect(inputs["environment"]).toBe(cloud);
});
