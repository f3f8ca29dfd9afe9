import type { PlatformResult } from "../../contracts/platform";
import { keysOf, type Environment } from "../../environment";
import { externalStores } from "../../externalSecrets";
import type { ExternalStore } from "../../externalSecrets/store";
import { readerAccount, type Workload } from "../layout";
import type { KubernetesSettings, SourceName } from "../settings";
import { aws } from "./aws";
import { azure } from "./azure";
import { gcp } from "./gcp";
import type { Reading, Source, SourceLogin } from "./source";
import { vault } from "./vault";

/** The stores that a cluster reads: add one with its file, one line here and its name in the settings. */
export const sources: Readonly<Record<SourceName, Source>> = { vault, aws, azure, gcp };

/** What of the source's platform a cluster is built from. */
export interface SourceGiven {
  readonly wiring: PlatformResult["wiring"];
  readonly settings: unknown;
}

type Chosen = Pick<KubernetesSettings, "source" | "delivery">;

/** The source that the settings choose. */
export const sourceOf = ({ source }: Pick<KubernetesSettings, "source">): Source => sources[source];

/** The same, as External Secrets takes it. */
export const externalStoreOf = ({ source }: Pick<KubernetesSettings, "source">): ExternalStore =>
  externalStores[source];

/** Ways by which Pods, or External Secrets for them, can log in at the source. */
export const waysOf = ({ source, delivery }: Chosen): readonly string[] =>
  (delivery === "externalSecrets" ? externalStores[source].ways : sources[source].ways[delivery]) ??
  [];

/**
 * How a workload logs in at the source.
 * @throws when the source has no such login: the settings' checks say so before
 */
export function loginOf(
  workload: Workload,
  { wiring }: SourceGiven,
  settings: Chosen,
): SourceLogin {
  const logins = wiring.identities[workload]?.logins ?? {};
  for (const way of waysOf(settings)) {
    const coordinates = logins[way];
    if (coordinates !== undefined) return { way, coordinates };
  }
  throw new Error(`${settings.source}.access.${workload}: has no login for a cluster`);
}

/** What a workload reads of the source, and as whom. */
export function readingOf(
  workload: Workload,
  given: SourceGiven,
  environment: Environment,
  settings: Chosen &
    Pick<KubernetesSettings, "access"> & { readonly apiAudience?: string | undefined },
): Reading {
  return {
    env: given.wiring.env,
    keys: keysOf(environment, workload).map(({ id, env }) => ({
      env,
      locator: given.wiring.references[id]?.locator ?? {},
    })),
    login: loginOf(workload, given, settings),
    account: readerAccount(workload, settings),
    moreAudiences: settings.apiAudience === undefined ? [] : [settings.apiAudience],
    authority: sourceOf(settings).authority?.(given.settings),
  };
}
