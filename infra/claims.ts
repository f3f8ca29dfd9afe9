import { z } from "zod";

/** Values of a token's claim. Some providers take them as one comma-separated text, so a comma would make two of one. */
export const claimValues = z
  .array(z.string().regex(/^[^*,]+$/, "an exact value; no wildcard and no comma"))
  .min(1);
