import { z } from "zod";
import { regions } from "./partition";

export const region = z.enum(regions);

export const accountId = z.string().regex(/^\d{12}$/, "12 digits, in quotes");

export const arn = z.string().regex(/^arn:[\w-]+:[\w-]+:[\w-]*:\d{0,12}:\S+$/, "an ARN");

export const vpcEndpointId = z.string().regex(/^vpce-[0-9a-f]{8,17}$/, "vpce- and hex digits");

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html (Name) */
export const secretName = z
  .string()
  .regex(/^[\w/+=.@-]{1,512}$/, "letters, digits and /_+=.@-, at most 512")
  // The service adds a hyphen and six characters; a policy for one name would match the other.
  .regex(/^(?!.*-[A-Za-z0-9]{6}$)/, "a name that does not end in a hyphen and six characters");
