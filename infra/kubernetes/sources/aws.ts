import { stringify } from "yaml";
import type { AwsSettings } from "../../aws/settings";
import type { Source } from "./source";

/** AWS Secrets Manager. */
export const aws: Source = {
  ways: { csi: ["irsa", "podIdentity"] },

  letsIn(settings, consumer, way) {
    const access = (settings as AwsSettings).access[consumer];
    const pods = way === "irsa" ? access?.irsa : access?.podIdentity;
    return pods && { namespaces: [pods.namespace], serviceAccounts: [pods.serviceAccount] };
  },

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

  // https://github.com/aws/secrets-store-csi-driver-provider-aws/blob/main/utils/token_parser.go
  csiAudience: (way) => (way === "podIdentity" ? "pods.eks.amazonaws.com" : "sts.amazonaws.com"),

  price: { each: 0.05, source: "https://aws.amazon.com/secrets-manager/pricing/" },
};
