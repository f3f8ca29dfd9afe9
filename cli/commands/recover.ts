import { recoverStack } from "../recovery";
import type { RecoverOptions } from "../definitions/recover";
import { note, result } from "../output";
import { openStack } from "../stack";
import { loadStackConfig } from "../stackConfig";

/** Puts a stack whose run was killed back to a known state. Safe to run at any time, and again when it is killed. */
export async function recover({ stack: name, unlock, json }: RecoverOptions): Promise<void> {
  const config = await loadStackConfig(name);
  const stack = await openStack(name);
  const done = await recoverStack(stack, config, { unlock: unlock ?? false, log: note });
  result(
    done,
    [
      `imported ${String(done.imported.length)}, cleared ${String(done.cleared.length)} cut-off creations; state matches what exists`,
      `next: pulumi up --stack ${name}`,
    ].join("\n"),
    json,
  );
}
