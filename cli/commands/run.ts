import type { Wiring } from "../../infra/wiring/document";
import type { StoreName } from "../../stores/store";
import type { RunOptions } from "../definitions/run";
import { deploymentWords } from "../deploymentWords";
import { exitCodes } from "../exitCodes";
import { failure, note, UsageError } from "../output";
import { during, tell } from "../progress";
import { endAs, runChild } from "../run/child";
import { withheld } from "../run/credentials";
import { environmentOf, readWanted, wantedOf, type Found } from "../run/variables";
import { ownVariables } from "../sdkWarning";
import { openTarget } from "../target";

/** Starts a command with the keys of a reader, and ends as it ends. Nothing is written to a file. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<void> {
  const env = await during(`keys from ${options.method}`, () => environment(options)).catch(
    (error: unknown) => {
      failure(error);
      // Whoever stops a prompt has stopped it; every other end would be taken for the command's own.
      if (process.exitCode !== exitCodes.interrupted) process.exitCode = exitCodes.runFailed;
    },
  );
  if (env === undefined) return;
  const end = await runChild(command, args, env);
  if ("unstarted" in end) note(`error: ${end.unstarted}`);
  endAs(end);
}

/** What the command finds in its environment. */
async function environment(options: RunOptions): Promise<NodeJS.ProcessEnv> {
  const { method, consumer } = options;
  const wiring = await deployment(options);
  const { store, places } = openTarget(method, { wiring, note: tell });
  try {
    const wanted = wantedOf(places.values(), consumer, wiring !== undefined);
    const found = await readWanted({ store, wanted }, process.env);
    report(found, options, store.address);
    return environmentOf(process.env, {
      values: found.values,
      without: [
        ...ownVariables(),
        ...(options.keepCredentials === true
          ? []
          : withheld(process.env, method, options.stack !== undefined)),
      ],
      apiEnv: wiring?.apiEnv,
    });
  } finally {
    await store.close();
  }
}

async function deployment(options: RunOptions): Promise<Wiring | undefined> {
  if (options.stack === undefined && options.file === undefined) return undefined;
  // What checks a document takes longer to load than the rest.
  const { readWiring } = require("../wiringDocument") as typeof import("../wiringDocument");
  const wiring = await readWiring(options);
  const there = Object.keys(wiring.platforms);
  if (!remote.includes(options.method) || there.includes(options.method)) return wiring;
  throw new UsageError(
    `method: this deployment has no ${options.method}; it has: ${there.join(", ") || "no store"}; fix: name one of these with --method, or leave --stack and --file out for the guide's names`,
  );
}

/** Stores that a deployment has or has not; the others are this machine's. */
const remote: readonly StoreName[] = ["vault", "aws", "azure", "gcp"];

/** @throws when required keys are missing, unless that is allowed */
function report({ missing, unread }: Found, options: RunOptions, address: string): void {
  const { method } = options;
  if (unread.length > 0) {
    note(
      `run: ${unread.join(", ")}: you may not read it in ${method}, so the command goes without; name the deployment with --stack or --file to have this settled`,
    );
  }
  if (missing.length === 0) return;
  const empty = missing.filter((name) => process.env[name] === "");
  const what = `run: without a value in ${method} (${address}): ${missing.join(", ")}`;
  if (options.allowMissing === true) {
    note(`${what}; the command goes without, by --allow-missing`);
    return;
  }
  const put = `promptsentinel-secrets secrets put --missing --to ${method}${deploymentWords(options)}`;
  throw new Error(
    `${what}; fix: \`${put}\`${empty.length === 0 ? "" : `, and unset ${empty.join(", ")}, which you have set to nothing`}, or start without by --allow-missing`,
  );
}
