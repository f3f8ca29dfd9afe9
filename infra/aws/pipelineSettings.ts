import { z } from "zod";
import { subjects } from "../fields";

const role = z.strictObject({ subjects });

/** The pipeline's own roles. Whose tokens to trust says the `ci` section. */
export const pipelineSettings = z.strictObject({
  provider: z
    .enum(["create", "external"])
    .default("external")
    .describe("Whose the issuer's provider in IAM is; an account has one for each issuer."),
  preview: role.describe("Reads what a preview needs."),
  apply: role.describe("Writes what an update needs; reads no value."),
});
