/** Name of the application's chart. */
const chart = "prompt-sentinel";

/**
 * Name that the application's chart gives to what it makes, its Secret too: the release's, with the chart's behind it
 * where it is not in it already, cut as names of services have to be.
 */
export function fullname(release: string): string {
  const whole = release.includes(chart) ? release : `${release}-${chart}`;
  return whole.slice(0, 63).replace(/-$/, "");
}

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const rules = {
  // Helm's own: https://github.com/helm/helm/blob/v3.22.0/pkg/chartutil/validate_name.go
  release: { form: new RegExp(`^${label}(\\.${label})*$`), longest: 53 },
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names
  namespace: { form: new RegExp(`^${label}$`), longest: 63 },
  "service account": { form: new RegExp(`^${label}(\\.${label})*$`), longest: 253 },
} as const;

/** What is wrong with a name, and what would be right; undefined for a good one. */
export function wrongName(kind: keyof typeof rules, name: string): string | undefined {
  const { form, longest } = rules[kind];
  if (name.length <= longest && form.test(name)) return undefined;
  return `${kind}: got ${JSON.stringify(name)}; allowed: a-z, 0-9 and - between them, ${String(longest)} at most; fix: use such a name`;
}
