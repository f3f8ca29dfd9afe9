import type { AwsSettings } from "../../infra/aws/settings";

/** Identifiers of AWS's own documentation, which the stack files that come with the project hold. */
const documented = [
  /\b(123456789012|111122223333|444455556666)\b/,
  /^o-(exampleorgid|a1b2c3d4e5)$/,
  /^vpce-(1a2b3c4d|0?1234567890abcdef0?)$/,
  /^(vpc|subnet|sg)-(1a2b3c4d|0?1234567890abcdef0?)$/,
  /^repo:octo-org\/octo-repo:/,
  /@example\.(com|org|net)$/,
  /oidc\.eks\.[\w-]+\.amazonaws\.com\/id\/EXAMPLE/,
];

/** Settings that still hold an example: they rehearse, and a real up has to know better. */
export function examples(settings: AwsSettings): readonly string[] {
  return [...texts("aws", settings)].flatMap(([path, text]) =>
    documented.some((one) => one.test(text))
      ? [`${path}: got ${text}, an example of AWS's documentation; fix: fill in your own`]
      : [],
  );
}

function* texts(path: string, value: unknown): Generator<readonly [path: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* texts(`${path}.${name}`, inner);
}
