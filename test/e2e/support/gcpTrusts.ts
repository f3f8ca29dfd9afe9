import { exchangesOf, podOf, type Credential } from "../../support/gcpFederation";
import { iamOf } from "../../support/gcpIam";
import type { Caller } from "../../support/gcpMembers";
import { ofType } from "../../support/mocks";
import { projects } from "./gcpCalls";
import type { Up } from "./recordedUp";

/** What somebody shows to become a service account: a credential from outside, or that he is a Pod of GKE. */
export type Shown = Credential | { readonly pod: Caller };

const issuer = "https://token.actions.githubusercontent.com";
const tenant = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d";
const repository = "repo:promptsentinelai/prompt-sentinel";

type Claims = Readonly<Record<string, unknown>>;

const providerOf = (id: string): string =>
  `https://iam.googleapis.com/projects/604321987655/locations/global/workloadIdentityPools/sentinel-prod-oidc/providers/${id}`;

/** https://docs.github.com/actions/reference/security/oidc#oidc-token-claims */
const github = (rest: string, other: Claims = {}): Shown => {
  const [, environment] = /^environment:(.*)/.exec(rest) ?? [];
  return {
    token: {
      ...{ iss: issuer, aud: "promptsentinel-secrets", sub: `${repository}:${rest}` },
      ...{ repository_id: "123456", repository_owner_id: "1" },
      ...(environment === undefined ? {} : { environment }),
      event_name: rest === "pull_request" ? rest : "push",
      ...other,
    },
  };
};
const withSub = (sub: string): Shown => github("", { sub });

/** Of a managed identity. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
const entra = (other: Claims = {}): Shown => ({
  token: {
    ...{ iss: `https://sts.windows.net/${tenant}/`, aud: "api://promptsentinel-gcp", tid: tenant },
    ...{ sub: "2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e", ver: "1.0" },
    ...other,
  },
});

/** As GetCallerIdentity tells who signed. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const aws = (
  what: string,
  { account = "210987654321", partition = "aws", service = "sts" } = {},
): Shown => ({
  aws: { account, arn: `arn:${partition}:${service}::${account}:${what}`, userid: "AROA4711:x" },
});
const pod = (...of: Parameters<typeof podOf>): Shown => ({ pod: podOf(...of) });

/** Of each the one account that it becomes, written by hand. */
export const ways: readonly (readonly [account: string, what: string, shown: Shown])[] = [
  ["app", "its Pods", pod("clusters-4711", "prompt-sentinel", "prompt-sentinel")],
  ["app", "its role on AWS", aws("assumed-role/prompt-sentinel-task/session-1")],
  ["app", "its managed identity", entra()],
  ["ci", "the scan", github("environment:security-scan")],
  [
    "ci",
    "the scan, by ids",
    withSub("repo:promptsentinelai@1/prompt-sentinel@123456:environment:security-scan"),
  ],
  ["preview", "a pull request", github("pull_request")],
  ["apply", "a deployment", github("environment:prod")],
  [
    "apply",
    "one for several",
    github("environment:prod", { aud: ["x", "promptsentinel-secrets"] }),
  ],
];

/** Each becomes nobody: one thing is other than it should be. */
export const others: Readonly<Record<string, Shown>> = {
  "another namespace": pod("clusters-4711", "default", "prompt-sentinel"),
  "another account of the namespace": pod("clusters-4711", "prompt-sentinel", "default"),
  "an account that begins like ours": pod("clusters-4711", "prompt-sentinel", "prompt-sentinel-2"),
  "a cluster of another project": pod("sentinel-prod-4711", "prompt-sentinel", "prompt-sentinel"),

  ...Object.fromEntries(
    ["environment:prod", "environment:security-scan", "pull_request"].flatMap((of) => [
      [`${of} of another repository of the name`, github(of, { repository_id: "123457" })],
      [
        `${of} for GitHub's own audience`,
        github(of, { aud: "https://github.com/promptsentinelai" }),
      ],
      [`${of} for another cloud's audience`, github(of, { aud: "api://AzureADTokenExchange" })],
      [`${of} for the STS audience`, github(of, { aud: providerOf("consumers") })],
    ]),
  ),
  "a deployment's environment and another subject": github("ref:refs/heads/main", {
    environment: "prod",
  }),
  "a pull request's event and another subject": github("ref:refs/heads/main", {
    event_name: "pull_request",
  }),
  "a number of a repository": github("environment:prod", { repository_id: 123456 }),
  "no repository": github("environment:prod", { repository_id: undefined }),
  "a fork": withSub(`${repository}-fork:environment:prod`),
  "another owner": withSub("repo:somebody/prompt-sentinel:environment:prod"),
  "another environment": github("environment:dev"),
  "an environment that begins like ours": github("environment:prod-2"),
  "an environment in capitals": github("environment:Prod"),
  "a branch": github("ref:refs/heads/main"),
  "the repository alone": withSub(repository),
  "a deployment's subject without its environment": github("environment:prod", {
    environment: undefined,
  }),
  "a deployment's subject and another environment": github("environment:prod", {
    environment: "dev",
  }),
  "a pull request's subject of another event": github("pull_request", {
    event_name: "pull_request_target",
  }),
  "no subject": github("", { sub: undefined }),
  "the provider's own audience": github("environment:prod", { aud: providerOf("apply") }),
  "an audience in capitals": github("environment:prod", { aud: "Promptsentinel-Secrets" }),
  "another issuer": github("environment:prod", { iss: `${issuer}/other` }),
  "the issuer with a slash": github("environment:prod", { iss: `${issuer}/` }),
  "a directory that claims it": entra({
    sub: `${repository}:environment:prod`,
    repository_id: "123456",
  }),

  "another role": aws("assumed-role/somebody/session-1"),
  "a role that begins like ours": aws("assumed-role/prompt-sentinel-task-2/session-1"),
  "a session of our role's name": aws("assumed-role/somebody/prompt-sentinel-task"),
  "our role in another account": aws("assumed-role/prompt-sentinel-task/x", {
    account: "111111111111",
  }),
  "our role in another partition": aws("assumed-role/prompt-sentinel-task/x", {
    partition: "aws-cn",
  }),
  "a user whose path is like our role": aws("user/assumed-role/prompt-sentinel-task/ann", {
    service: "iam",
  }),
  "a user": aws("user/prompt-sentinel-task", { service: "iam" }),
  "a federated user": aws("federated-user/prompt-sentinel-task"),
  "the account itself": aws("root", { service: "iam" }),

  "another managed identity": entra({ sub: "3b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e" }),
  "a managed identity in capitals": entra({ sub: "2B3C4D5E-6F7A-4B8C-9D0E-1F2A3B4C5D6E" }),
  "another directory": entra({
    iss: "https://sts.windows.net/2a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d/",
  }),
  "the directory without its last slash": entra({ iss: `https://sts.windows.net/${tenant}` }),
  "the directory's other issuer": entra({
    iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  }),
  "a token for Azure itself": entra({ aud: "https://management.azure.com/" }),
  "a token for the pool's usual audience": entra({ aud: "api://AzureADTokenExchange" }),
  "a pipeline that claims it": withSub("2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e"),
};

/** What takes over an account, or a part of it. https://cloud.google.com/iam/docs/service-account-permissions */
const takeovers = [
  ...["actAs", "getAccessToken", "getOpenIdToken", "implicitDelegation", "signBlob", "signJwt"],
  ...["setIamPolicy", "update"],
].map((verb) => `iam.serviceAccounts.${verb}`);

/** Who becomes what, as recorded. */
export interface Trust {
  /** By what names the pools know a credential, whoever it then is: none where it is refused. */
  readonly namesOf: (shown: Shown) => readonly Caller[];
  /** Providers that take a credential. */
  readonly takenBy: (shown: Shown) => readonly string[];
  /** What it may do with each service account; whoever shows it says where, so each way counts. */
  readonly becomes: (shown: Shown) => Readonly<Record<string, readonly string[]>>;
}

/** https://cloud.google.com/iam/docs/workload-identity-federation#impersonation */
export function trustOf(made: readonly Up[]): Trust {
  const { allowed } = iamOf(made, projects);
  const exchanges = exchangesOf(made, projects);
  const accounts = ofType(made, "gcp:serviceaccount/account:Account").map(({ inputs }) =>
    String(inputs["accountId"]),
  );
  const namesOf = (shown: Shown) =>
    "pod" in shown ? [shown.pod] : exchanges.map(({ accept }) => accept(shown));
  const resourceOf = (account: string) =>
    `projects/sentinel-prod-4711/serviceAccounts/${account}@sentinel-prod-4711.iam.gserviceaccount.com`;
  return {
    namesOf,
    takenBy: (shown) =>
      "pod" in shown
        ? []
        : exchanges.filter(({ accept }) => accept(shown).length > 0).map(({ name }) => name),
    becomes: (shown) => {
      const names = namesOf(shown);
      const at = "2026-12-02T00:00:00Z";
      const found = accounts.map((account) => {
        const resource = resourceOf(account);
        const has = takeovers.filter((permission) =>
          names.some((caller) => allowed({ caller, permission, resource, at })),
        );
        return [account, has] as const;
      });
      return Object.fromEntries(found.filter(([, has]) => has.length > 0));
    },
  };
}
