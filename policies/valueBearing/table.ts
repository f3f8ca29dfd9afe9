import { byHand } from "./byHand";
import type { ByHand } from "./entry";
import generated from "./generated.json";
import type { ValueTable } from "./scan";

const table: ValueTable = generated;

/**
 * A type without the API version that azure-native's types can carry, in the module's name or in that of a package which
 * is made for one version. https://www.pulumi.com/registry/packages/azure-native/version-guide/
 * Objects of Kubernetes that a program writes out are of their group's and version's own name, which of the core is none.
 */
export const withoutVersion = (type: string): string =>
  type
    .replace(/^azure-native_[a-z0-9]+_v\w+:/i, "azure-native:")
    .replace(/^(azure-native:\w+)\/v\w+:/, "$1:")
    .replace(/^kubernetes:v1:/, "kubernetes:core/v1:")
    .replace(/^(kubernetes:(?:generators\.)?external-secrets\.io)\/v\w+:/, "$1:");

/** All that is known about a type. */
export interface Known {
  readonly byHand: readonly ByHand[];
  readonly arguments: readonly string[];
  readonly yields: readonly string[];
}

/** Looks a type up in the generated table and in the list by hand. */
export function known(type: string): Known {
  const plain = withoutVersion(type);
  return {
    byHand: byHand.filter((entry) => entry.type === plain),
    arguments: own(table.arguments, plain),
    yields: own(table.yields, plain),
  };
}

const own = (part: Readonly<Record<string, readonly string[]>>, type: string): readonly string[] =>
  (Object.hasOwn(part, type) ? part[type] : undefined) ?? [];
