import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import { parseConfig, type Platforms, type StackConfig } from "../infra/config";
import { ConfigError } from "../infra/configError";

/** The project's name in Pulumi.yaml, and so the namespace of its config. */
export const projectName = "promptsentinel-secrets";

// The SDK marks it internal and offers nothing else that tells an encrypted setting (test/e2e/badInput.test.ts).
const { isConfigSecret } = runtimeConfig as typeof runtimeConfig & {
  readonly isConfigSecret: (key: string) => boolean;
};

/** One entry of a stack's config as the engine stores it. */
export interface ConfigEntry {
  readonly value: string;
  readonly secret?: boolean | undefined;
}

/**
 * The running stack's config, checked: the program's only way to it.
 * @throws ConfigError with every problem
 */
export const readConfig = (platforms: Platforms): StackConfig =>
  checkConfig(
    Object.fromEntries(
      Object.entries(runtimeConfig.allConfig()).map(([key, value]) => [
        key,
        { value, secret: isConfigSecret(key) },
      ]),
    ),
    platforms,
  );

/**
 * A stack's config by full key, checked: also for commands, which read it from the stack's file.
 * @throws ConfigError with every problem
 */
export function checkConfig(
  entries: Readonly<Record<string, ConfigEntry>>,
  platforms: Platforms,
): StackConfig {
  const own = Object.entries(entries).filter(([key]) => key.startsWith(`${projectName}:`));
  const secret = own.filter(([, entry]) => entry.secret);
  if (secret.length > 0) {
    throw new ConfigError(
      secret.map(
        ([key]) =>
          `${key}: is an encrypted setting; no setting of this program is a secret, and a key's value never is one; fix: remove it`,
      ),
    );
  }
  return parseConfig(
    Object.fromEntries(
      own.map(([key, { value }]) => [key.slice(projectName.length + 1), structured(value)]),
    ),
    platforms,
  );
}

/** The engine hands over maps and lists as JSON and everything else as text. */
function structured(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
