import type { Command } from "commander";
import { examples, json, stack } from "../command";

export interface SecretIdOptions {
  readonly stack: string;
  readonly consumer: string;
  readonly json?: boolean;
}

export function vault(cli: Command): void {
  const group = cli.command("vault").description("commands for Vault and OpenBao");
  group.addHelpText("after", examples("promptsentinel-secrets vault audit-config --stack dev"));
  group
    .command("secret-id")
    .description(
      "issue a SecretID for a consumer: wrapped, for one login, never shown in the clear",
    )
    .addOption(stack().makeOptionMandatory())
    .requiredOption("-c, --consumer <name>", "app, ci, rotator, operator or breakGlass")
    .addOption(json())
    .addHelpText(
      "after",
      examples("promptsentinel-secrets vault secret-id --stack dev --consumer app"),
    )
    .action((options: SecretIdOptions) =>
      (require("../commands/vaultSecretId") as typeof import("../commands/vaultSecretId")).secretId(
        options,
      ),
    );
  group
    .command("audit-config")
    .description("print the audit devices for an OpenBao server's configuration")
    .addOption(stack().makeOptionMandatory())
    .addHelpText(
      "after",
      examples("promptsentinel-secrets vault audit-config --stack dev > audit.hcl"),
    )
    .action((options: { stack: string }) =>
      (
        require("../commands/vaultAuditConfig") as typeof import("../commands/vaultAuditConfig")
      ).auditConfig(options),
    );
}
