import type { ExternalStore, Login } from "./store";

/**
 * AWS Secrets Manager. A service account's own role is taken by IRSA alone: EKS Pod Identity gives External Secrets'
 * controller a role, and not whom it reads for. https://external-secrets.io/latest/provider/aws-access/
 */
export const aws: ExternalStore = {
  ways: ["irsa"],
  // Its agent looks at who calls: https://external-secrets.io/latest/provider/aws-access/#eks-pod-identity-setup
  controllerWay: "podIdentity",
  otherWays:
    "EKS Pod Identity gives External Secrets no role of another's service account: podIdentity is of use where it names that of External Secrets' controller",

  pods: ({ namespace, serviceAccount }) => ({
    ...{ namespaces: namespace, serviceAccounts: serviceAccount },
  }),

  /** https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
  annotations<Text>({ way, coordinates }: Login<Text>): Readonly<Record<string, Text | string>> {
    return way === "irsa" ? { "eks.amazonaws.com/role-arn": coordinates["roleArn"] ?? "" } : {};
  },

  /** https://external-secrets.io/latest/provider/aws-secrets-manager/ */
  provider: ({ env, account: name }) => ({
    aws: {
      ...{ service: "SecretsManager", region: env["AWS_REGION"] },
      ...(name !== undefined && { auth: { jwt: { serviceAccountRef: { name } } } }),
    },
  }),

  remoteRef: ({ secret = "", jsonKey = "" }) => ({ key: secret, property: jsonKey }),
};
