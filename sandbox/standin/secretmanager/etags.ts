import { randomBytes } from "node:crypto";
import { etagDiffers } from "./errors";

/** The quotes are part of it. https://cloud.google.com/secret-manager/docs/etags */
export const newEtag = (): string => `"${randomBytes(7).toString("hex")}"`;

/** @throws FAILED_PRECONDITION where one is given that is not the present one */
export function checkEtag(present: string, given: string, name: string): void {
  if (given !== "" && given !== present) throw etagDiffers(name);
}
