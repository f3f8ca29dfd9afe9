import * as log from "@pulumi/pulumi/log";
import { settingsByName, type Platforms, type StackConfig } from "../infra/config";
import type { Capabilities, OperatorTask } from "../infra/contracts/capability";
import type { Cost } from "../infra/contracts/cost";
import type { Finding, PlatformResult } from "../infra/contracts/platform";
import { UserError } from "../infra/userError";
import { wiringDocument, type DeclaredWiring } from "../infra/wiring/document";
import { readConfig } from "./config";
import { platforms as registry } from "./platforms";

/** The stack's outputs. A preview knows it all but for what a cloud makes up; it holds no value of a key. */
export interface StackOutputs {
  readonly wiring: DeclaredWiring;
  /** Work that is left to an administrator, by platform. */
  readonly tasks: Readonly<Record<string, readonly OperatorTask[]>>;
  /** What each platform costs in a month, without use. */
  readonly costs: Readonly<Record<string, Cost>>;
}

/** Something outside is not as it has to be; nothing was registered. */
export class PreflightError extends UserError {
  constructor(problems: readonly string[]) {
    super(
      `the pre-flight found ${String(problems.length)} problem${problems.length === 1 ? "" : "s"}; nothing was created\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
  }
}

/**
 * The program: config, pre-flight, platforms, outputs. Nothing is registered before the first two have passed.
 * @param platforms what can be enabled. @default every platform
 * @throws ConfigError or PreflightError, each with every problem that was found
 */
export async function program(platforms: Platforms = registry): Promise<StackOutputs> {
  const config = readConfig(platforms);
  await checkOutside(config);
  for (const { platform, settings } of config.platforms) {
    declare(platform.name, platform.capabilities(settings));
  }
  const results = Object.entries(deployAll(config));
  for (const [name, { cost }] of results) price(name, cost);
  return {
    wiring: wiringDocument(
      config.environment,
      Object.fromEntries(results.map(([name, { wiring }]) => [name, wiring])),
    ),
    tasks: Object.fromEntries(
      results.flatMap(([name, { tasks }]) => (tasks.length === 0 ? [] : [[name, tasks]])),
    ),
    costs: Object.fromEntries(
      results.flatMap(([name, { cost }]) => (cost === undefined ? [] : [[name, cost]])),
    ),
  };
}

/** Deploys the platforms of a checked config, in the registry's order: each is given what those before it gave. */
export function deployAll({
  environment,
  ci,
  platforms,
}: StackConfig): Readonly<Record<string, PlatformResult>> {
  const enabled = settingsByName(platforms);
  const results: Record<string, PlatformResult> = {};
  for (const { platform, settings } of platforms) {
    const others = { ...results };
    results[platform.name] = platform.deploy({ environment, settings, ci, enabled, others });
  }
  return results;
}

async function checkOutside({ environment, ci, platforms }: StackConfig): Promise<void> {
  const findings = await Promise.all(
    platforms.map(({ platform, settings }) => platform.preflight({ environment, settings, ci })),
  );
  const of = (severity: Finding["severity"]) =>
    findings.flat().filter((finding) => finding.severity === severity);
  for (const { message } of of("warning")) await log.warn(message);
  const errors = of("error");
  if (errors.length > 0) throw new PreflightError(errors.map(({ message }) => message));
}

/** What a platform does not do is said in every run. */
function declare(name: string, capabilities: Capabilities): void {
  for (const [concern, capability] of Object.entries(capabilities)) {
    if (capability.level === "full") continue;
    void log.info(`${name} ${concern} is ${capability.level}: ${capability.reason}`);
  }
}

/** The bill is no surprise: what is on has a price before anybody uses it. */
function price(name: string, cost: Cost | undefined): void {
  if (cost === undefined) return;
  void log.info(`${name} costs about $${cost.perMonth.toFixed(2)} a month; ${cost.note}`);
}
