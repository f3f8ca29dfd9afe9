import { aws } from "./aws";
import { azure } from "./azure";
import { gcp } from "./gcp";
import type { ExternalStore } from "./store";
import { vault } from "./vault";

/**
 * The stores that External Secrets reads, by the platform's name, which is its SECRET_METHOD too: what a stack with a
 * cluster registers and what the wiring's formats render is described here alone.
 */
export const externalStores = { vault, aws, azure, gcp } satisfies Record<string, ExternalStore>;

/** The store of a SECRET_METHOD; undefined where External Secrets is not told of it. */
export const externalStoreOf = (method: string): ExternalStore | undefined =>
  Object.entries(externalStores).find(([name]) => name === method)?.[1];
