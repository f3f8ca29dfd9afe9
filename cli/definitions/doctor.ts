import type { Command } from "commander";
import { examples, json, stack, wiringFile } from "../command";

export interface DoctorOptions {
  readonly stack?: string;
  readonly file?: string;
  readonly method?: readonly string[];
  readonly json?: boolean;
}

export function doctor(cli: Command): void {
  cli
    .command("doctor")
    .description("find out why keys are not found, and what to do; nothing is changed")
    .summary("find out why keys are not found, and what to do")
    .addOption(stack())
    .addOption(wiringFile())
    .option("-m, --method <store...>", "stores to look at besides the deployment's own")
    .addOption(json())
    .addHelpText(
      "after",
      `${examples(
        "promptsentinel-secrets doctor --stack dev",
        "promptsentinel-secrets doctor --method dotenv keyring",
      )}

Without a deployment it looks at SECRET_METHOD, by the guide's names. Ends with
0 nothing failed, 1 something did, 4 something could not be seen.`,
    )
    .action((options: DoctorOptions) =>
      (require("../commands/doctor") as typeof import("../commands/doctor")).doctor(options),
    );
}
