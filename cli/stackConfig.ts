import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { StackConfig } from "../infra/config";
import { checkConfig, projectName, type ConfigEntry } from "../stacks/config";
import { platforms } from "../stacks/platforms";
import { UsageError } from "./output";

/** Folder of the project: where Pulumi.yaml is. */
export const projectRoot = join(__dirname, "..");

/** The file that holds a stack's config. */
export const configFile = (stack: string, root: string = projectRoot): string =>
  join(root, `Pulumi.${stack}.yaml`);

/** A stack's config entries as its file has them, by full key, in the engine's own form. */
export async function configEntries(
  stack: string,
  root?: string,
  file: string = configFile(stack, root),
): Promise<Record<string, ConfigEntry>> {
  const document: unknown = parse(await read(file, stack));
  const config = asRecord(asRecord(document)["config"]);
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.includes(":") ? key : `${projectName}:${key}`,
      isEncrypted(value)
        ? { value: "", secret: true }
        : { value: typeof value === "string" ? value : JSON.stringify(value) },
    ]),
  );
}

/**
 * A stack's checked config, without running the program.
 * @param file another file in its place. @default Pulumi.<stack>.yaml
 * @throws ConfigError, or a UsageError that names the missing file
 */
export const loadStackConfig = async (
  stack: string,
  root?: string,
  file?: string,
): Promise<StackConfig> => checkConfig(await configEntries(stack, root, file), platforms);

async function read(file: string, stack: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new UsageError(
      `stack: there is no config for ${JSON.stringify(stack)} (${file}); fix: name an existing stack, or make one with \`promptsentinel-secrets new ${stack} --from dev\``,
    );
  }
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

const isEncrypted = (value: unknown): boolean => "secure" in asRecord(value);
