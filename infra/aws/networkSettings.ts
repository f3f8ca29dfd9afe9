import { z } from "zod";

/** Services of which the stack can make an endpoint: what reading a key calls. */
export const endpointServices = ["secretsmanager", "kms", "sts"] as const;

/** The network from which keys are read, without the internet. */
export const networkSettings = z.strictObject({
  vpcId: z
    .string()
    .regex(/^vpc-[0-9a-f]{8,17}$/, "vpc- and hex digits")
    .optional()
    .describe("The VPC of the readers. Values then pass through its endpoints alone."),
  subnetIds: z
    .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, "subnet- and hex digits"))
    .default([])
    .describe("Subnets of the endpoints, one in each zone that has readers."),
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, "sg- and hex digits"))
    .default([])
    .describe("Security groups of the endpoints: they let the readers in on port 443."),
  endpoints: z
    .array(z.enum(endpointServices))
    .default(["secretsmanager"])
    .describe("Services with an interface endpoint, each with a policy of its own."),
});
