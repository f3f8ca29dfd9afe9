import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serveVaultStandIn } from "../../../sandbox/standin/vault";
import type { Observer } from "../../../sandbox/standin/vault/api";
import { startHarness, type Harness, type HarnessOptions } from "./harness";
import { openShell, type Shell } from "./literalPulumi";
import { copyCheckout, writeStackFile, type StackFileOptions } from "./literalWorkspace";

/**
 * What a user has: a copy of the checkout and a shell in it, beside a server. `pulumi` finds the program by
 * Pulumi.yaml and package.json and loads it as it stands. Language host and provider are stand-ins that say so.
 */
export interface Place {
  readonly harness: Harness;
  readonly shell: Shell;
  /** Writes that the provider has begun. */
  readonly writes: readonly string[];
  /** Also told of each write; one that throws before it keeps the write from being made. */
  watch(observer: Observer | undefined): void;
  /** Until no write is under way. */
  quiet(): Promise<void>;
  config(options?: Partial<StackFileOptions>): Promise<void>;
  close(): Promise<void>;
}

export interface PlaceOptions extends HarnessOptions {
  /** Folder of the node to use. @default the one on PATH */
  readonly nodeBin?: string;
}

export async function openPlace({ nodeBin, ...options }: PlaceOptions = {}): Promise<Place> {
  const harness = await startHarness(options);
  const { engine, server, pipeline } = harness;
  const writes: string[] = [];
  let watcher: Observer | undefined;
  let underWay = 0;
  const standIn = await serveVaultStandIn({
    token: server.rootToken,
    observe: async (moment, call) => {
      if (moment === "before") writes.push(call);
      else underWay -= 1;
      await watcher?.(moment, call);
      if (moment === "before") underWay += 1;
    },
  });
  const dir = join(harness.dir.path, "checkout");
  await copyCheckout(dir);
  const config = (more: Partial<StackFileOptions> = {}): Promise<void> =>
    writeStackFile(dir, { server, pipeline, ...more });
  await config();
  const shell = await openShell({
    engine,
    dir,
    state: join(harness.dir.path, "state"),
    token: server.rootToken,
    providerPort: standIn.port,
    ...(nodeBin === undefined ? {} : { nodeBin }),
  });
  return {
    harness,
    shell,
    writes,
    watch: (observer) => {
      watcher = observer;
    },
    quiet: async () => {
      // A write that the server refused has no end that is told.
      for (let waited = 0; underWay > 0 && waited < 400; waited++) await sleep(5);
    },
    config,
    close: async () => {
      await standIn.stop();
      await harness.stop();
    },
  };
}
