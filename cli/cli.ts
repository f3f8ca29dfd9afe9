import { Option, type Command } from "commander";
import { command, examples, json } from "./command";

const stack = (): Option =>
  new Option("-s, --stack <name>", "the Pulumi stack").env("PULUMI_STACK").makeOptionMandatory();

/** The command line. What a command needs is loaded when it runs, so that `--help` does not wait for it. */
export function buildCli(): Command {
  const cli = command("promptsentinel-secrets").description(
    "Commands around the PromptSentinel secrets stack. None of them prints a key's value.",
  );

  cli
    .command("wiring")
    .description("what a deployment needs to know of a stack: names and addresses, never values")
    .addOption(new Option("-s, --stack <name>", "the Pulumi stack").env("PULUMI_STACK"))
    .option("--file <path>", "a wiring document instead of a stack; - for stdin")
    .option(
      "-f, --format <format>",
      "json, env, compose, ecs, cloudformation, terraform, tfvars, cloudRun, containerApps, github, gitlab, externalSecret, helm, kustomize",
      "json",
    )
    .option(
      "-p, --platform <name>",
      "which platform the deployment reads from (default: the only one)",
    )
    .option("--release <name>", "name of the Helm release", "prompt-sentinel")
    .option("--namespace <name>", "namespace of the deployment", "prompt-sentinel")
    .addHelpText(
      "after",
      examples(
        "promptsentinel-secrets wiring --stack dev --format compose > compose.secrets.yaml",
        "pulumi stack output wiring --json | promptsentinel-secrets wiring --file - --format env",
      ),
    )
    .action(async (options: WiringOptions) => {
      const { wiring } = await import("./commands/wiring");
      await wiring(options);
    });

  cli
    .command("recover")
    .description("bring a stack whose run was killed back to a known state, then run `pulumi up`")
    .addOption(stack())
    .option("--unlock", "remove the stack's lock although its owner cannot be checked from here")
    .addOption(json())
    .addHelpText(
      "after",
      examples("promptsentinel-secrets recover --stack dev && pulumi up --stack dev"),
    )
    .action(async (options: RecoverOptions) => {
      const { recover } = await import("./commands/recover");
      await recover(options);
    });

  cli
    .command("new")
    .description("write the config of a new stack as a copy of another's")
    .argument("<stack>", "name of the new stack")
    .requiredOption("--from <stack>", "stack whose config to copy")
    .option("--stage <stage>", "dev, staging or prod (default: the new stack's name)")
    .addHelpText(
      "after",
      examples("promptsentinel-secrets new staging --from prod && pulumi stack init staging"),
    )
    .action(async (name: string, options: NewOptions) => {
      const { newStack } = await import("./commands/newStack");
      await newStack(name, options);
    });

  const vault = cli.command("vault").description("commands for Vault and OpenBao");
  vault
    .command("secret-id")
    .description(
      "issue a SecretID for a consumer: wrapped, for one login, never shown in the clear",
    )
    .addOption(stack())
    .requiredOption("-c, --consumer <name>", "app, ci, rotator, operator or breakGlass")
    .addOption(json())
    .addHelpText(
      "after",
      examples("promptsentinel-secrets vault secret-id --stack dev --consumer app"),
    )
    .action(async (options: SecretIdOptions) => {
      const { secretId } = await import("./commands/vaultSecretId");
      await secretId(options);
    });
  vault
    .command("audit-config")
    .description("print the audit devices for an OpenBao server's configuration")
    .addOption(stack())
    .addHelpText(
      "after",
      examples("promptsentinel-secrets vault audit-config --stack dev > audit.hcl"),
    )
    .action(async (options: { stack: string }) => {
      const { auditConfig } = await import("./commands/vaultAuditConfig");
      await auditConfig(options);
    });
  return cli;
}

export interface WiringOptions {
  readonly stack?: string;
  readonly file?: string;
  readonly format: string;
  readonly platform?: string;
  readonly release?: string;
  readonly namespace?: string;
}
export interface RecoverOptions {
  readonly stack: string;
  readonly unlock?: boolean;
  readonly json?: boolean;
}
export interface NewOptions {
  readonly from: string;
  readonly stage?: string;
}
export interface SecretIdOptions {
  readonly stack: string;
  readonly consumer: string;
  readonly json?: boolean;
}
