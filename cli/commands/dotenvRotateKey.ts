import { join } from "node:path";
import { keyVariable } from "../../stores/dotenvVault/dotenvKey";
import { rotateVaultKey } from "../../stores/dotenvVault/rotateKey";
import { hasEnvironment, vaultFile } from "../../stores/dotenvVault/vaultText";
import { publicKeyOf } from "../../stores/dotenvx/dotenvxText";
import { rotateDotenvxKey } from "../../stores/dotenvx/rotateKey";
import { environmentFile, keysFile } from "../../stores/files/environment";
import { readText } from "../../stores/files/folder";
import type { RotateKeyOptions } from "../definitions/dotenv";
import { dotenvFolder, environmentNamed } from "../dotenvFolder";
import { result, UsageError } from "../output";

/** Encrypts an environment's values under a new key. */
export async function rotateKey({
  path,
  environment: name,
  method: named,
  json,
}: RotateKeyOptions): Promise<void> {
  const folder = dotenvFolder(path);
  const environment = environmentNamed(name);
  const method = named ?? theOnly(folder.dir, environment);
  await (method === "dotenvx" ? rotateDotenvxKey : rotateVaultKey)({ ...folder, environment });
  const changed = method === "dotenvx" ? environmentFile(environment) : vaultFile;
  const file = join(folder.dir, changed);
  const keys = join(folder.dir, keysFile);
  const variable =
    method === "dotenvx"
      ? publicKeyOf(readText(file, method)?.text ?? "")?.privateVariable
      : keyVariable(environment);
  result(
    { method, environment, file, keys, variable },
    [
      `${file}: ${environment} is encrypted under a new key`,
      `the key is ${String(variable)} in ${keys}; the old one opens only what was committed or copied before`,
      `next: give the new key to each deployment together with this ${changed}`,
    ].join("\n"),
    json,
  );
}

function theOnly(dir: string, environment: string): "dotenv-vault" | "dotenvx" {
  const vault = readText(join(dir, vaultFile), "dotenv-vault")?.text ?? "";
  const file = environmentFile(environment);
  const isVault = hasEnvironment(vault, environment);
  const isDotenvx = publicKeyOf(readText(join(dir, file), "dotenvx")?.text ?? "") !== undefined;
  if (isVault !== isDotenvx) return isVault ? "dotenv-vault" : "dotenvx";
  throw new UsageError(
    isVault
      ? `method: both ${vaultFile} and ${file} have ${environment}; fix: name one with --method dotenv-vault or --method dotenvx`
      : `environment: neither ${vaultFile} nor ${file} has ${environment} encrypted; fix: name one that is there, or run \`promptsentinel-secrets dotenv encrypt -e ${environment}\` first`,
  );
}
