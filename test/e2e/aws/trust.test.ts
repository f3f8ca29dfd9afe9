import { max } from "../../fixtures/aws";
import { accountOf, allowed, type Account } from "../../support/iam";
import { recordedUp } from "../support/recordedUp";

const account = "210987654321";
const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const github = "token.actions.githubusercontent.com";
const provider = (host: string): string => `arn:aws:iam::${account}:oidc-provider/${host}`;
const subject = "repo:promptsentinelai/prompt-sentinel:environment:security-scan";

type Context = Readonly<Record<string, string>>;

interface Way {
  readonly principal: string;
  readonly action?: string;
  readonly context: Context;
  /** Each is refused: one thing is other than it should be. */
  readonly others: Readonly<Record<string, Context | string>>;
}

const ecs: Way = {
  principal: "ecs-tasks.amazonaws.com",
  context: {
    "aws:SourceAccount": account,
    "aws:SourceArn": `arn:aws:ecs:eu-central-1:${account}:task/main/1`,
  },
  others: {
    "another account": {
      "aws:SourceAccount": "111122223333",
      "aws:SourceArn": "arn:aws:ecs:eu-central-1:111122223333:task/main/1",
    },
    "another region": { "aws:SourceArn": `arn:aws:ecs:us-east-1:${account}:task/main/1` },
    "another service": "lambda.amazonaws.com",
  },
};

const mfa = { "aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "60" };
const noMfa = {
  "no second factor": { "aws:MultiFactorAuthPresent": "false" },
  "a second factor of this morning": { "aws:MultiFactorAuthAge": "14400" },
};
const platform = `arn:aws:iam::${account}:role/platform`;
const now = { "aws:CurrentTime": "2026-12-01T00:00:00Z" };

const home = `eu-central-1:${account}`;
/** A service, for one thing of ours. */
const service = (principal: string, source: string): Way => ({
  principal,
  context: { "aws:SourceAccount": account, "aws:SourceArn": `arn:aws:${source}` },
  others: {
    "for another account": { "aws:SourceAccount": "111122223333" },
    "for another thing": { "aws:SourceArn": `arn:aws:${source}-of-others` },
    "another service": "lambda.amazonaws.com",
  },
});

/** Who may become which role, written by hand. */
const ways: Readonly<Record<string, Way>> = {
  "app-ecs-execution": ecs,
  "app-ecs-task": ecs,
  "app-pod-identity": {
    principal: "pods.eks.amazonaws.com",
    context: {
      "aws:SourceAccount": account,
      "aws:RequestTag/eks-cluster-name": "main",
      "aws:RequestTag/kubernetes-namespace": "prompt-sentinel",
      "aws:RequestTag/kubernetes-service-account": "prompt-sentinel",
    },
    others: {
      "another account": { "aws:SourceAccount": "111122223333" },
      "another cluster": { "aws:RequestTag/eks-cluster-name": "other" },
      "another namespace": { "aws:RequestTag/kubernetes-namespace": "default" },
      "another service account": { "aws:RequestTag/kubernetes-service-account": "default" },
    },
  },
  "app-irsa": {
    principal: provider(issuer),
    action: "sts:AssumeRoleWithWebIdentity",
    context: {
      [`${issuer}:aud`]: "sts.amazonaws.com",
      [`${issuer}:sub`]: "system:serviceaccount:prompt-sentinel:prompt-sentinel",
    },
    others: {
      "another service account": { [`${issuer}:sub`]: "system:serviceaccount:default:default" },
      "another audience": { [`${issuer}:aud`]: "vault" },
      "another issuer": provider(github),
    },
  },
  "app-ec2": {
    principal: "ec2.amazonaws.com",
    context: {},
    others: { "another service": "lambda.amazonaws.com" },
  },
  "app-lambda": {
    principal: "lambda.amazonaws.com",
    context: {},
    others: { "another service": "ec2.amazonaws.com" },
  },
  "ci-oidc": {
    principal: provider(github),
    action: "sts:AssumeRoleWithWebIdentity",
    context: { [`${github}:aud`]: "sts.amazonaws.com", [`${github}:sub`]: subject },
    others: {
      "another environment": { [`${github}:sub`]: subject.replace("security-scan", "prod") },
      "a pull request": { [`${github}:sub`]: "repo:promptsentinelai/prompt-sentinel:pull_request" },
      "another audience": { [`${github}:aud`]: "https://github.com/promptsentinelai" },
    },
  },
  "pipeline-preview": {
    principal: provider(github),
    action: "sts:AssumeRoleWithWebIdentity",
    context: {
      [`${github}:aud`]: "sts.amazonaws.com",
      [`${github}:sub`]: "repo:promptsentinelai/prompt-sentinel:pull_request",
    },
    others: {
      "a fork": { [`${github}:sub`]: "repo:somebody/prompt-sentinel:pull_request" },
      "a branch": { [`${github}:sub`]: "repo:promptsentinelai/prompt-sentinel:ref:refs/heads/x" },
      "another audience": { [`${github}:aud`]: "https://github.com/promptsentinelai" },
    },
  },
  "pipeline-apply": {
    principal: provider(github),
    action: "sts:AssumeRoleWithWebIdentity",
    context: {
      [`${github}:aud`]: "sts.amazonaws.com",
      [`${github}:sub`]: "repo:promptsentinelai/prompt-sentinel:environment:prod",
    },
    others: {
      "a pull request": { [`${github}:sub`]: "repo:promptsentinelai/prompt-sentinel:pull_request" },
      "another environment": {
        [`${github}:sub`]: "repo:promptsentinelai/prompt-sentinel:environment:dev",
      },
    },
  },
  audit: service("cloudtrail.amazonaws.com", `cloudtrail:${home}:trail/promptsentinel-prod-audit`),
  "alerts-check": service(
    "states.amazonaws.com",
    `states:${home}:stateMachine:promptsentinel-prod-alerts`,
  ),
  "alerts-ages": service(
    "events.amazonaws.com",
    `events:${home}:rule/promptsentinel-prod-alerts-ages`,
  ),
  operator: {
    principal: platform,
    context: mfa,
    others: { ...noMfa, "another role": `arn:aws:iam::${account}:role/other` },
  },
  rotator: {
    principal: platform,
    context: { ...mfa, "sts:RoleSessionName": "compose-anthropic" },
    others: { ...noMfa, "a session of another name": { "sts:RoleSessionName": "me" } },
  },
  "break-glass": {
    principal: `arn:aws:iam::${account}:role/on-call`,
    context: { ...mfa, ...now },
    others: {
      ...noMfa,
      "after its end": { "aws:CurrentTime": "2027-01-01T00:00:00Z" },
      "another role": platform,
    },
  },
};

describe("who may become which role, asked of a policy evaluator", () => {
  let made: Account;
  beforeAll(async () => {
    made = accountOf(await recordedUp(max));
  });

  const assume = (way: Way, name: string, other: Context | string = {}): Promise<boolean> => {
    const principal = typeof other === "string" ? other : way.principal;
    const role = `promptsentinel-prod-${name}`;
    return allowed(
      {
        principal,
        action: way.action ?? "sts:AssumeRole",
        resource: `arn:aws:iam::${account}:role/${role}`,
        context: { ...way.context, ...(typeof other === "string" ? {} : other) },
      },
      {
        // People may ask for any role: it is the role that has to know them.
        identity: principal.includes(":role/")
          ? [
              {
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Action: "sts:*", Resource: "*" }],
              },
            ]
          : [],
        resource: made.trustOf(role),
      },
    );
  };

  test("every role that the program makes has a way", () => {
    expect([...made.roles].sort()).toEqual(
      Object.keys(ways)
        .map((name) => `promptsentinel-prod-${name}`)
        .sort(),
    );
  });

  describe.each(Object.entries(ways))("%s", (name, way) => {
    test("its own way is open", async () => {
      expect(await assume(way, name)).toBe(true);
    });

    test.each(Object.entries(way.others))("refused: %s", async (_, other) => {
      expect(await assume(way, name, other)).toBe(false);
    });
  });

  test("the pipeline's other form of subject is known too", async () => {
    const way = ways["ci-oidc"];
    const other = "repo:promptsentinelai@1/prompt-sentinel@123456:environment:security-scan";
    expect(way && (await assume(way, "ci-oidc", { [`${github}:sub`]: other }))).toBe(true);
  });
});
