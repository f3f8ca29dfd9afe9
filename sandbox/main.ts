import { Option } from "commander";
import { command, examples, json } from "../cli/command";
import { exitCodes } from "../cli/exitCodes";
import { failure, Interrupted, note, result } from "../cli/output";
import type { SandboxOptions } from "./context";
import { keySources, type KeySource } from "./keys";
import { keptText, reportText } from "./report";
import { runSandbox } from "./run";

interface Flags {
  readonly keep?: boolean;
  readonly json?: boolean;
  readonly keys: KeySource;
  readonly kv: SandboxOptions["kv"];
  readonly product: SandboxOptions["product"];
  readonly yes?: boolean;
}

const sandbox = command("sandbox")
  .description(
    "Brings the dev stack up on a server of its own, seeds demo keys, reads them as the application does, and leaves nothing behind.",
  )
  .option(
    "--keep",
    "leave the server up until Ctrl-C, with instructions to run the application against it",
  )
  .addOption(json())
  .addOption(
    new Option("--keys <source>", "values of the keys: made up, from the environment, or asked for")
      .choices(keySources)
      .default("demo"),
  )
  .addOption(
    new Option("--kv <mode>", "what to do about the KV mount, on a server of yours")
      .choices(["create", "adopt", "external"])
      .default("create"),
  )
  .addOption(
    new Option("--product <name>", "what a server of yours is")
      .choices(["openbao", "vault"])
      .default("openbao"),
  )
  .option("--yes", "work on the server that VAULT_ADDR names although it is not on this machine")
  .addHelpText(
    "after",
    "\nWith VAULT_ADDR set, the sandbox works on that server and removes its stack at the end.",
  )
  .addHelpText(
    "after",
    examples("npm run sandbox", "npm run sandbox -- --keep", "npm run --silent sandbox -- --json"),
  )
  .action(run);

async function run({ keep, json: asJson, keys, kv, product, yes }: Flags): Promise<void> {
  const cut = new AbortController();
  let stopped: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => (stopped = resolve));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // `on`, not `once`: libraries that end the process on a signal leave it alone while somebody listens.
    process.on(signal, () => {
      if (cut.signal.aborted) process.exit(exitCodes.interrupted);
      cut.abort(new Interrupted(`stopped by ${signal}; nothing is left`));
      stopped();
    });
  }
  const standing = await within(cut.signal, () =>
    runSandbox({
      keys,
      kv,
      product,
      confirmed: yes === true,
      vaultAddress: process.env["VAULT_ADDR"],
      progress: asJson !== true,
      signal: cut.signal,
    }),
  );
  try {
    result(standing.report, reportText(standing.report), asJson);
    if (keep === true) {
      note(keptText(standing.report.server, await standing.writeTokens()));
      await interrupted;
    }
  } finally {
    await standing.close();
  }
}

/** What fails because it was stopped was stopped. */
async function within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

sandbox
  .parseAsync()
  .catch((error: unknown) => {
    failure(error);
  })
  // A socket that is kept alive must not keep the command.
  .finally(() => process.exit());
