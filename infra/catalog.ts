/** Who reads a key. Operators, rotators and break-glass are roles over keys, not readers of the catalogue. */
export type Reader = "app" | "ci";

/**
 * How a key gets a new value:
 * `automatic` the vendor mints by API; `generated` we make the value; `staged` a human mints, the system promotes;
 * `never` a new value would lose data.
 */
export type KeyRotation = "automatic" | "generated" | "staged" | "never";

/** One key that PromptSentinel uses. Every store's name for it is derived in `naming.ts`. */
export interface KeyDefinition {
  /** Environment variable that the consumer reads. */
  readonly env: string;
  /** Readers; whoever is not listed is refused. */
  readonly readers: readonly Reader[];
  /** Who issues it; `self` when no vendor does. */
  readonly vendor: "anthropic" | "openai" | "google" | "snyk" | "self";
  readonly rotation: KeyRotation;
  /** The form a value must have before it is written anywhere. */
  readonly pattern: RegExp;
  /** Days after which the value is stale; undefined when it must not rotate. */
  readonly maxAgeDays?: number;
  /** Present only where the stack's config turns it on. @default the key is always present */
  readonly optional?: boolean;
}

/** A set of keys by id. Ids are lower case, start the `env` name, and never change (they name resources). */
export type Catalog = Readonly<Record<string, KeyDefinition>>;

/**
 * The catalogue of keys: add a key with one line here.
 * Forms are the application's own checks (`config_validator.py`, `gdpr/encryption.py`), never looser.
 */
export const catalog = {
  anthropic: {
    env: "ANTHROPIC_API_KEY",
    readers: ["app"],
    vendor: "anthropic",
    rotation: "staged",
    pattern: /^sk-ant-[\w-]{14,}$/,
    maxAgeDays: 90,
  },
  openai: {
    env: "OPENAI_API_KEY",
    readers: ["app"],
    vendor: "openai",
    rotation: "automatic",
    pattern: /^sk-[\w-]{38,}$/,
    maxAgeDays: 90,
  },
  gemini: {
    env: "GEMINI_API_KEY",
    readers: ["app"],
    vendor: "google",
    rotation: "staged",
    // `AQ.` keys carry a dot, which the application's SecretManager refuses but its loader takes.
    pattern: /^[\w.-]{21,}$/,
    maxAgeDays: 90,
  },
  snyk: {
    env: "SNYK_TOKEN",
    readers: ["ci"],
    vendor: "snyk",
    rotation: "staged",
    pattern: /^[\w.-]{32,}$/,
    maxAgeDays: 90,
  },
  redis: {
    env: "REDIS_PASSWORD",
    readers: ["app"],
    vendor: "self",
    rotation: "generated",
    // Compose passes it unquoted to a shell: no quotes, spaces or `$`.
    pattern: /^[\w-]{12,}$/,
    maxAgeDays: 180,
    optional: true,
  },
  gdpr: {
    env: "GDPR_MASTER_KEY",
    readers: ["app"],
    vendor: "self",
    // A Fernet key: data encrypted under the old one is lost with it.
    rotation: "never",
    pattern: /^[\w-]{43}=$/,
    optional: true,
  },
} as const satisfies Catalog;
