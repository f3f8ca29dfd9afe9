import { parseConfig } from "../../../../infra/config";
import { platforms } from "../../../../stacks/platforms";
import { deploy, type Deployed } from "../../../fixtures/deploy";
import type { Manifest } from "./client";

/** What a stack's program registered for its cluster, as manifests, in the order in which it was registered. */
export interface Registered {
  readonly manifests: readonly Manifest[];
  readonly result: Deployed["results"][string];
}

/** The cluster's part of a stack's config, deployed under mocks: the provider sends inputs as they are. */
export async function registered(raw: unknown): Promise<Registered> {
  const { resources, results } = await deploy(parseConfig(raw, platforms));
  const result = results["kubernetes"];
  if (result === undefined) throw new Error("the stack has no kubernetes section");
  const manifests = resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as Manifest);
  return { manifests, result };
}

/** Those of a kind. */
export const ofKind = (manifests: readonly Manifest[], kind: string): readonly Manifest[] =>
  manifests.filter((one) => one.kind === kind);
