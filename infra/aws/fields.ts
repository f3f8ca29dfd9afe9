import { z } from "zod";
import { regions } from "./partition";

export const region = z.enum(regions);

export const accountId = z.string().regex(/^\d{12}$/, "12 digits, in quotes");

export const arn = z.string().regex(/^arn:[\w-]+:[\w-]+:[\w-]*:\d{0,12}:\S+$/, "an ARN");

/** Names of a role, or of anything that policies name: no wildcard gets in by a setting. */
export const exact = (what: string) => z.string().regex(/^[^*?${}\s]+$/, `${what}; no wildcard`);

export const vpcEndpointId = z.string().regex(/^vpce-[0-9a-f]{8,17}$/, "vpce- and hex digits");

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html (Name) */
export const secretName = z
  .string()
  .regex(/^[\w/+=.@-]{1,512}$/, "letters, digits and /_+=.@-, at most 512")
  // The service adds a hyphen and six characters; a policy for one name would match the other.
  .regex(/^(?!.*-[A-Za-z0-9]{6}$)/, "a name that does not end in a hyphen and six characters");

/** Without quotes it is a time to the engine's YAML reader, which writes it in Go's way. https://pkg.go.dev/time#Time.String */
export const instant = z.preprocess(
  (value) =>
    typeof value === "string"
      ? value.replace(/^(\S+) (\d\d:\d\d:\d\d)(\.\d+)? \+0000 UTC$/, "$1T$2Z")
      : value,
  z.iso.datetime({ error: "a time in UTC, such as 2026-12-01T12:00:00Z" }),
);
