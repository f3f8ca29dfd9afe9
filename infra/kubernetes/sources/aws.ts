import { stringify } from "yaml";
import type { AwsSettings } from "../../aws/settings";
import type { Source, Texts } from "./source";

/**
 * AWS Secrets Manager. External Secrets takes a service account's own role by IRSA alone: EKS Pod Identity gives its
 * controller a role, and not whom it reads for. https://external-secrets.io/latest/provider/aws-access/
 */
export const aws: Source = {
  ways: { externalSecrets: ["irsa"], csi: ["irsa", "podIdentity"] },

  letsIn(settings, consumer, way) {
    const access = (settings as AwsSettings).access[consumer];
    const pods = way === "irsa" ? access?.irsa : access?.podIdentity;
    return pods && { namespaces: [pods.namespace], serviceAccounts: [pods.serviceAccount] };
  },

  /** https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
  annotations({ way, coordinates }): Texts {
    return way === "irsa" ? { "eks.amazonaws.com/role-arn": coordinates["roleArn"] ?? "" } : {};
  },

  /** https://external-secrets.io/latest/provider/aws-secrets-manager/ */
  provider: ({ env, account }) => ({
    aws: {
      service: "SecretsManager",
      region: env["AWS_REGION"],
      auth: { jwt: { serviceAccountRef: { name: account } } },
    },
  }),

  remoteRef: ({ secret = "", jsonKey = "" }) => ({ key: secret, property: jsonKey }),

  /** https://github.com/aws/secrets-store-csi-driver-provider-aws#secretproviderclass-options */
  csi: ({ env, keys, login: { way } }) => ({
    provider: "aws",
    parameters: {
      region: env["AWS_REGION"] ?? "",
      ...(way === "podIdentity" && { usePodIdentity: "true" }),
      objects: stringify(
        [...new Set(keys.map(({ locator }) => locator["secret"] ?? ""))].map((secret) => ({
          objectName: secret,
          objectType: "secretsmanager",
          jmesPath: keys
            .filter(({ locator }) => locator["secret"] === secret)
            .map((key) => ({ path: key.locator["jsonKey"], objectAlias: key.env })),
        })),
      ),
    },
  }),

  price: { each: 0.05, source: "https://aws.amazon.com/secrets-manager/pricing/" },
};
