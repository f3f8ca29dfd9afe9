import { z } from "zod";
import { exact } from "./fields";

const role = z.strictObject({
  subjects: z
    .array(exact("a token's sub"))
    .min(1)
    .describe("The `sub` of the pipeline's tokens, in each form that its issuer sends."),
});

/** The pipeline's own roles. Whose tokens to trust says the `ci` section. */
export const pipelineSettings = z.strictObject({
  provider: z
    .enum(["create", "external"])
    .default("external")
    .describe("Whose the issuer's provider in IAM is; an account has one for each issuer."),
  preview: role.describe("Reads what a preview needs."),
  apply: role.describe("Writes what an update needs; reads no value."),
});
