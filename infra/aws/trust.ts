import type { CiSettings } from "../contracts/platform";
import { limits } from "../limits";
import type { WorkloadLogins } from "./accessSettings";
import { arnOf } from "./layout";
import type { Condition, Principal, Statement } from "./policyDocument";
import type { AwsSettings, PlaceSettings } from "./settings";

const assume = (
  principal: Principal,
  condition?: Condition,
  actions: readonly string[] = ["sts:AssumeRole"],
): readonly Statement[] => [
  {
    ...{ Sid: "Trust", Effect: "Allow", Principal: principal, Action: actions },
    ...(condition && { Condition: condition }),
  },
];

/** Tokens of an issuer whose provider is in IAM. Its conditions are on `aud` and `sub`, exactly. */
export function tokens(
  issuer: string,
  audience: string,
  subjects: readonly string[],
  place: PlaceSettings,
): readonly Statement[] {
  const host = issuer.replace(/^https:\/\//, "");
  return assume(
    { Federated: arnOf("iam", `oidc-provider/${host}`, place) },
    { StringEquals: { [`${host}:aud`]: audience, [`${host}:sub`]: subjects } },
    ["sts:AssumeRoleWithWebIdentity"],
  );
}

/** Who may become a workload's role, for each of its ways. */
export const workloadTrust = (
  login: keyof WorkloadLogins,
  settings: WorkloadLogins,
  place: PlaceSettings,
  ci: CiSettings | undefined,
): readonly Statement[] => ways[login](settings, place, ci);

type Way = (
  settings: WorkloadLogins,
  place: PlaceSettings,
  ci: CiSettings | undefined,
) => readonly Statement[];

const ways: Readonly<Record<keyof WorkloadLogins, Way>> = {
  // A task's ARN names no cluster that a condition could hold on to, so the account's tasks of the region it is.
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#create_task_iam_policy_and_role
  ecs: (_, place) =>
    assume(
      { Service: "ecs-tasks.amazonaws.com" },
      {
        StringEquals: { "aws:SourceAccount": place.accountId },
        ArnLike: { "aws:SourceArn": arnOf("ecs", "*", place) },
      },
    ),
  // https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
  podIdentity: ({ podIdentity }, place) =>
    assume(
      { Service: "pods.eks.amazonaws.com" },
      {
        StringEquals: {
          "aws:SourceAccount": place.accountId,
          "aws:RequestTag/eks-cluster-name": podIdentity?.cluster ?? "",
          "aws:RequestTag/kubernetes-namespace": podIdentity?.namespace ?? "",
          "aws:RequestTag/kubernetes-service-account": podIdentity?.serviceAccount ?? "",
        },
      },
      ["sts:AssumeRole", "sts:TagSession"],
    ),
  // https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
  irsa: ({ irsa }, place) =>
    tokens(
      irsa?.issuer ?? "",
      "sts.amazonaws.com",
      [`system:serviceaccount:${irsa?.namespace ?? ""}:${irsa?.serviceAccount ?? ""}`],
      place,
    ),
  // Neither service says for which instance or function it asks: who may pass the role (iam:PassRole) decides.
  ec2: () => assume({ Service: "ec2.amazonaws.com" }),
  lambda: () => assume({ Service: "lambda.amazonaws.com" }),
  oidc: ({ oidc }, place, ci) =>
    tokens(ci?.issuer ?? "", ci?.audience ?? "", oidc?.subjects ?? [], place),
};

/**
 * Who may become the role of a person's consumer: named principals, with a second factor.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
 */
export function personTrust(
  consumer: "operator" | "rotator" | "breakGlass",
  access: AwsSettings["access"],
): readonly Statement[] {
  const person = access[consumer];
  const condition: Record<string, Record<string, string>> = {};
  if (person?.requireMfa) {
    condition["Bool"] = { "aws:MultiFactorAuthPresent": "true" };
    condition["NumericLessThan"] = {
      "aws:MultiFactorAuthAge": String(limits.awsSessionSeconds),
    };
  }
  // The command that composes says so in the session's name, which every event of the session then carries.
  if (consumer === "rotator") condition["StringLike"] = { "sts:RoleSessionName": "compose-*" };
  if (consumer === "breakGlass") {
    condition["DateLessThan"] = { "aws:CurrentTime": access.breakGlass?.until ?? "" };
  }
  return assume(
    { AWS: person?.principals ?? [] },
    Object.keys(condition).length === 0 ? undefined : condition,
  );
}
