import { sealed } from "@dotenvx/primitives";

/** Whether dotenvx has encrypted all values of a file, so that it may be committed, as it is made to be. */
export const isSealed = (text: string): boolean => text.includes("encrypted:") && sealed(text);
