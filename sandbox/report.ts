import type { Wiring } from "../infra/wiring/document";
import { limits } from "../infra/limits";
import type { Refusal } from "./steps/refusals";

/** What a sandbox showed. Fingerprints only, no value of a key. */
export interface SandboxReport {
  readonly engine: { readonly version: string; readonly origin: string };
  readonly server: {
    readonly address: string;
    readonly product: string;
    readonly version: string;
    readonly origin: string;
  };
  readonly provider: "plugin" | "stand-in";
  readonly created: number;
  readonly secondUp: { readonly changed: number; readonly same: number };
  /** Where the values came from. */
  readonly keys: string;
  /** Fingerprints of what the application read, by variable. */
  readonly read: Readonly<Record<string, string>>;
  readonly refused: readonly Refusal[];
  readonly wiring: Wiring;
}

/** The report for people. */
export function reportText({ read, refused, wiring, server }: SandboxReport): string {
  const platform = wiring.platforms["vault"];
  const lines = [
    "",
    `The application's keys, by fingerprint (sha256, first 12 digits):`,
    ...Object.entries(read).map(([env, print]) => `  ${env.padEnd(20)} ${print}`),
    "",
    "Refused to its identity:",
    ...refused.map(({ call, status }) => `  ${String(status)}  ${call}`),
    "",
    "Wiring (the whole document: `--json`, or the stack output `wiring`):",
    ...Object.entries({ API_ENV: wiring.apiEnv, ...platform?.env }).map(
      ([name, value]) => `  ${name}=${value}`,
    ),
    ...Object.values(platform?.references ?? {}).map(
      ({ env, locator }) =>
        `  ${env.padEnd(20)} ${locator["mount"] ?? ""}/${locator["path"] ?? ""}  ${locator["field"] ?? ""}`,
    ),
    "",
    "Left to others, or not done:",
    ...Object.entries(platform?.capabilities ?? {}).flatMap(([concern, capability]) =>
      capability.level === "full"
        ? []
        : [`  ${concern}: ${capability.level}, ${capability.reason}`],
    ),
  ];
  return [...lines, "", `${server.product} ${server.version}: done.`].join("\n");
}

/** What to do with a sandbox that stays. */
export const keptText = (server: SandboxReport["server"], tokens: string): string =>
  [
    "",
    `The server stays at ${server.address} until Ctrl-C.`,
    `Tokens, good for ${String(limits.tokenTtl / 60)} minutes, are in ${tokens} (mode 0600). To run the application against it:`,
    "",
    `  set -a; . ${tokens}; set +a`,
    `  SECRET_METHOD=vault VAULT_TOKEN=$VAULT_TOKEN_APP <start the application>`,
  ].join("\n");
