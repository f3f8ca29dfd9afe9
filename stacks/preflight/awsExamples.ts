import type { AwsSettings } from "../../infra/aws/settings";
import { examplesIn } from "./examples";

/** Identifiers of AWS's own documentation, which the stack files that come with the project hold. */
const documented = [
  /\b(123456789012|111122223333|444455556666)\b/,
  /^o-(exampleorgid|a1b2c3d4e5)$/,
  /^vpce-(1a2b3c4d|0?1234567890abcdef0?)$/,
  /^(vpc|subnet|sg)-(1a2b3c4d|0?1234567890abcdef0?)$/,
  /oidc\.eks\.[\w-]+\.amazonaws\.com\/id\/EXAMPLE/,
];

/** Settings that still hold an example: they rehearse, and a real up has to know better. */
export const examples = (settings: AwsSettings): readonly string[] =>
  examplesIn("aws", settings, "AWS", documented);
