import { z } from "zod";
import { subjects } from "../fields";

const role = z.strictObject({ subjects });

/** The pipeline's own service accounts. Whose tokens to trust says the `ci` section. */
export const pipelineSettings = z.strictObject({
  preview: role.describe("Reads what a preview needs."),
  apply: role.describe("Writes what an update needs; reads no value."),
});
