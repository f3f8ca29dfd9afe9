/** Capabilities of a Vault policy: https://openbao.org/docs/concepts/policies/#capabilities */
export type VaultCapability =
  "create" | "read" | "update" | "patch" | "delete" | "list" | "sudo" | "deny";

/** One path of a policy. Exact: no `*` and no `+`, so that it grants what it names and nothing that comes later. */
export interface Rule {
  readonly path: string;
  readonly capabilities: readonly VaultCapability[];
  /** The response must be wrapped for no longer than this many seconds. @default wrapping is not asked for */
  readonly wrapped?: number;
  /** What the grant is for. */
  readonly why: string;
}

/** A policy in HCL, in the order given: the text is an input of a resource, so it must not move by itself. */
export const policyDocument = (rules: readonly Rule[]): string =>
  `${rules.map(block).join("\n\n")}\n`;

function block({ path, capabilities, wrapped, why }: Rule): string {
  const lines = [
    `# ${why}`,
    `path "${path}" {`,
    `  capabilities = [${capabilities.map((capability) => `"${capability}"`).join(", ")}]`,
    ...(wrapped === undefined
      ? []
      : [`  min_wrapping_ttl = "1s"`, `  max_wrapping_ttl = "${String(wrapped)}s"`]),
    "}",
  ];
  return lines.join("\n");
}
