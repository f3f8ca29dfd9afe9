import { existsSync } from "node:fs";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { cacheDir } from "../cache";
import { buildEngine } from "./build";

/** The engine that is installed or built where there is none. */
export const pinnedEngine = "3.256.0";

/** The oldest engine that has what `recover` needs: `refresh --import-pending-creates`, and error hooks. */
export const oldestEngine = "3.248.0";

export interface Engine {
  readonly command: PulumiCommand;
  /** Where it came from. */
  readonly origin: "path" | "cache" | "installed" | "built";
  readonly version: string;
}

export interface FindOptions {
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** How long an installation may take before a build is tried instead. Milliseconds. */
const installTimeout = 180_000;

/**
 * Finds a Pulumi engine: on PATH; in the cache; by Pulumi's own installer; built from the Go module proxy.
 * @throws with each way that was tried and why it failed
 */
export async function findEngine({ log, signal }: FindOptions): Promise<Engine> {
  const failures: string[] = [];
  const attempt = async (
    origin: Engine["origin"],
    way: string,
    get: () => Promise<PulumiCommand>,
  ): Promise<Engine | undefined> => {
    signal?.throwIfAborted();
    try {
      const command = await get();
      return { command, origin, version: String(command.version) };
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(`${way}: ${firstLine(error)}`);
      return undefined;
    }
  };
  const root = cacheDir("engine", `v${pinnedEngine}`);
  const pinned = new SemVer(pinnedEngine);
  const cached = (): Promise<PulumiCommand> => PulumiCommand.get({ root, version: pinned });

  return (
    (await attempt("path", "pulumi on PATH", () =>
      PulumiCommand.get({ version: new SemVer(oldestEngine) }),
    )) ??
    (existsSync(join(root, "bin")) ? await attempt("cache", "the cache", cached) : undefined) ??
    (await attempt("installed", "Pulumi's installer", async () => {
      log(`no Pulumi ${oldestEngine} or newer on PATH: installing ${pinnedEngine} into ${root}`);
      return within(installTimeout, PulumiCommand.install({ root, version: pinned }));
    })) ??
    (await attempt("built", "a build with Go", async () => {
      await buildEngine({ version: pinnedEngine, root, log, signal });
      return cached();
    })) ??
    fail(failures)
  );
}

const fail = (failures: readonly string[]): never => {
  throw new Error(
    `engine: no Pulumi ${oldestEngine} or newer could be had\n${failures.map((line) => `  - ${line}`).join("\n")}\n  fix: install Pulumi (https://www.pulumi.com/docs/iac/download-install/) or Go 1.26 (https://go.dev/doc/install), then run this again`,
  );
};

const firstLine = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text
      .split("\n")
      .map((line) => line.trim())
      .find((line) => line !== "" && !/^(code|stdout|stderr): ?-?\d*$/.test(line))
      ?.replace(/^(stderr|err\?): /, "") ?? "failed"
  );
};

const within = <T>(milliseconds: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`took longer than ${String(milliseconds / 1000)} s`));
    }, milliseconds);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
};
