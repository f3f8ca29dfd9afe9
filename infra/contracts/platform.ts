import type { z } from "zod";
import type { Environment } from "../environment";
import type { DeclaredPlatform } from "../wiring/document";
import type { Capabilities, OperatorTask } from "./capability";
import type { Cost } from "./cost";

/** A name that a platform will use, for telling apart two that want the same one. */
export interface Claim {
  /** What kind of name, and where it must be unique: for example `vault http://… path`. */
  readonly scope: string;
  readonly name: string;
  /** The setting that decides it. */
  readonly setting: string;
}

/** What a platform gives to the stack's outputs. */
export interface PlatformResult {
  readonly wiring: DeclaredPlatform;
  readonly tasks: readonly OperatorTask[];
  /** What it costs; undefined where nothing has a price, as on a server of your own. */
  readonly cost?: Cost;
}

/** What CI trust every platform builds from. Undefined where the stack has none. */
export interface CiSettings {
  /** OIDC issuer, for example `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  readonly audience: string;
  /** Claims that every token of this pipeline must carry, by exact value; numeric ids, not names. */
  readonly claims: Readonly<Record<string, readonly string[]>>;
  readonly preview: Readonly<Record<string, readonly string[]>>;
  readonly apply: Readonly<Record<string, readonly string[]>>;
}

/** What a platform is built from. */
export interface PlatformArgs<Settings> {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly ci: CiSettings | undefined;
}

/** And what contradictions are looked for in. */
export interface CheckArgs<Settings> extends PlatformArgs<Settings> {
  /** Settings of all platforms of the stack by name, this one's too: checked by their schemas. */
  readonly enabled: Readonly<Record<string, unknown>>;
}

/** And what a platform that reads another one is deployed with. */
export interface DeployArgs<Settings> extends CheckArgs<Settings> {
  /** What the platforms before it in the registry gave, by name. */
  readonly others: Readonly<Record<string, PlatformResult>>;
}

/** What a check found before anything was registered. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** A resource whose creation was cut off: the engine does not know whether it exists. */
export interface Pending {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** One platform: its settings, what it claims, its pre-flight and its components. Listed in `stacks/platforms.ts`. */
export interface Platform<Schema extends z.ZodType = z.ZodType> {
  /** The folder under `infra/`, the config section and the key in the wiring. */
  readonly name: string;
  readonly settings: Schema;
  capabilities(settings: z.output<Schema>): Capabilities;
  /** Rules that need the environment too, or other platforms. One message for each contradiction. */
  contradictions(args: CheckArgs<z.output<Schema>>): readonly string[];
  claims(args: PlatformArgs<z.output<Schema>>): readonly Claim[];
  /** Checks that need the network. Runs before the first registration. */
  preflight(args: PlatformArgs<z.output<Schema>>): Promise<readonly Finding[]>;
  /** The id of a cut-off resource, if it exists after all; undefined when it does not. */
  existingId(pending: Pending, args: PlatformArgs<z.output<Schema>>): Promise<string | undefined>;
  deploy(args: DeployArgs<z.output<Schema>>): PlatformResult;
}
