import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import execa from "execa";
import { cacheDir } from "../../../sandbox/cache";

/** A Python that has what a list of requirements names, or why there is none. */
export type FoundPython = { readonly python: string } | { readonly missing: string };

const folder = join(__dirname, "..", "python");

/** A program of the folder. */
export const pythonProgram = (name: string): string => join(folder, `${name}.py`);

/**
 * A virtual environment in the cache with the pinned packages, made once. Without waiting for anything, because
 * jest has to know its tests when it reads their file.
 */
export function findPython(
  client: "vault" | "aws" | "azure" | "gcp" | "kql" | "cfn" | "ci" | "keyring" | "dotenv",
): FoundPython {
  const requirements = join(folder, `requirements-${client}.txt`);
  const digest = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const home = cacheDir("python", digest.slice(0, 16));
  const python = join(home, "bin", "python");
  if (existsSync(python)) return { python };
  // Its interpreter finds its packages beside itself, so the folder may be renamed once it is whole.
  const building = `${home}.building`;
  try {
    rmSync(home, { recursive: true, force: true });
    rmSync(building, { recursive: true, force: true });
    mkdirSync(dirname(home), { recursive: true });
    execa.sync("python3", ["-m", "venv", building], { timeout: 120_000 });
    const options = ["--quiet", "--no-input", "--no-deps", "--only-binary=:all:"];
    execa.sync(
      join(building, "bin", "python"),
      ["-m", "pip", "install", ...options, "--require-hashes", "-r", requirements],
      { timeout: 300_000 },
    );
    renameSync(building, home);
    return { python };
  } catch (error) {
    const [reason = "failed"] = String(error).split("\n");
    return {
      missing: `Python with requirements-${client}.txt: ${reason}; install it with \`apt install python3-venv\` or from https://www.python.org/downloads/`,
    };
  }
}
