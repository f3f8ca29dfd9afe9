import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { physicalName } from "../naming";
import { arnOf } from "./layout";
import type { endpointServices } from "./networkSettings";
import { policyDocument, type Statement } from "./policyDocument";
import type { AwsSettings, PlaceSettings } from "./settings";

type EndpointService = (typeof endpointServices)[number];

const open: Readonly<Record<EndpointService, { actions: string; resource: string }>> = {
  secretsmanager: { actions: "secretsmanager:*", resource: "secret:*" },
  kms: { actions: "kms:*", resource: "key/*" },
  sts: { actions: "sts:*", resource: "role/*" },
};

/**
 * What passes through an endpoint: principals of this account to things of this account. It has the service's name in
 * the whole VPC, so other applications use it too; who reads our secrets is said by their own policies.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function endpointPolicy(
  service: EndpointService,
  place: PlaceSettings,
): readonly Statement[] {
  const { actions, resource } = open[service];
  const own = { StringEquals: { "aws:PrincipalAccount": place.accountId } };
  const arn = arnOf(service === "sts" ? "iam" : service, resource, place);
  const inside: Statement = {
    Sid: "ThisAccount",
    Effect: "Allow",
    Principal: "*",
    Action: [actions],
    Resource: [arn],
    Condition: own,
  };
  if (service !== "sts") return [inside];
  return [
    inside,
    // Whoever comes with a token is nobody's principal yet.
    {
      Sid: "Tokens",
      Effect: "Allow",
      Principal: "*",
      Action: ["sts:AssumeRoleWithWebIdentity"],
      Resource: [arn],
    },
    {
      Sid: "WhoAmI",
      Effect: "Allow",
      Principal: "*",
      Action: ["sts:GetCallerIdentity"],
      Resource: ["*"],
    },
  ];
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const serviceName = (service: EndpointService, region: string): string =>
  `${region.startsWith("cn-") ? "cn." : ""}com.amazonaws.${region}.${service}`;

/** Interface endpoints of the VPC that the settings name. */
export function endpoints(
  environment: Environment,
  settings: PlaceSettings & Pick<AwsSettings, "network">,
  children: Children,
): void {
  const { network } = settings;
  if (network?.vpcId === undefined) return;
  for (const service of network.endpoints) {
    new VpcEndpoint(
      children.name(`endpoint-${service}`),
      {
        vpcId: network.vpcId,
        serviceName: serviceName(service, settings.region),
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: network.subnetIds,
        securityGroupIds: network.securityGroupIds,
        policy: policyDocument(endpointPolicy(service, settings)),
        tags: { ...environment.tags, Name: physicalName(environment.stage, service) },
      },
      children.options(),
    );
  }
}
