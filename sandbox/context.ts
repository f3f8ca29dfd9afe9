import type { StackConfig } from "../infra/config";
import type { VaultSettings } from "../infra/vault/settings";
import type { PlatformWiring, Wiring } from "../infra/wiring/document";
import { VaultClient } from "../stores/vault/client";
import type { Engine } from "./engine/find";
import type { KeySource, KeyValues } from "./keys";
import type { PipelineIssuer } from "./pipeline";
import type { SandboxReport } from "./report";
import type { SandboxServer } from "./server";
import type { Session } from "./session";
import type { Doormen } from "./steps/identity";

export interface SandboxOptions {
  readonly keys: KeySource;
  readonly kv: "create" | "adopt" | "external";
  readonly product: "openbao" | "vault";
  readonly confirmed: boolean;
  readonly vaultAddress: string | undefined;
  /** Progress for people; JSON runs are silent. */
  readonly progress: boolean;
  readonly signal: AbortSignal;
}

/** What the steps know: each fills in what the ones after it need. */
export interface Context {
  config: StackConfig;
  pipeline: PipelineIssuer;
  engine: Engine;
  server: SandboxServer;
  realPlugin: boolean;
  session: Session;
  created: number;
  unchanged: number;
  wiring: Wiring;
  values: KeyValues;
  written: readonly string[];
  app: VaultClient;
  read: Readonly<Record<string, string>>;
  refused: SandboxReport["refused"];
}

/** The wiring of the platform that a sandbox is about. */
export function vaultWiring({ wiring }: Context): PlatformWiring {
  const platform = wiring.platforms["vault"];
  if (platform) return platform;
  throw new Error("wiring: the dev stack has no vault section; fix: add one to Pulumi.dev.yaml");
}

/** Who helps consumers in: this sandbox's own administrator and pipeline. */
export const doormen = ({ config, pipeline, server }: Context): Doormen => ({
  administrator: new VaultClient({ address: server.address, token: server.rootToken }),
  pipeline,
  claims(consumer) {
    const vault = config.platforms.find(({ platform }) => platform.name === "vault");
    const { access } = vault?.settings as VaultSettings;
    return { ...config.ci?.claims, ...access[consumer]?.jwt?.claims };
  },
});
