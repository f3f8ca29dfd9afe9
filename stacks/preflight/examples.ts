/** Examples that the documentation of every vendor uses. https://www.rfc-editor.org/rfc/rfc2606 */
const common: readonly RegExp[] = [
  /^repo:octo-org\/octo-repo:/,
  /(^|[@./])example\.(com|org|net)(?=[:/]|$)/,
];

/** Settings that still hold an example: they rehearse, and a real up has to know better. */
export function examplesIn(
  section: string,
  settings: unknown,
  vendor: string,
  documented: readonly RegExp[],
): readonly string[] {
  const all = [...common, ...documented];
  return [...texts(section, settings)].flatMap(([path, text]) =>
    all.some((one) => one.test(text))
      ? [`${path}: got ${text}, an example of ${vendor}'s documentation; fix: fill in your own`]
      : [],
  );
}

function* texts(path: string, value: unknown): Generator<readonly [path: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* texts(`${path}.${name}`, inner);
}
