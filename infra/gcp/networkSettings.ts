import { z } from "zod";

/** From where the project's services are reached. */
export const networkSettings = z.strictObject({
  perimeter: z
    .string()
    .regex(
      /^accessPolicies\/\d+\/servicePerimeters\/\w{1,50}$/,
      "a perimeter's name, accessPolicies/<number>/servicePerimeters/<name>",
    )
    .optional()
    .describe(
      "A perimeter of VPC Service Controls that exists, which the project joins: it restricts secretmanager.googleapis.com by its own settings.",
    ),
});
