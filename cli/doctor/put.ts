import type { StoreName } from "../../stores/store";
import { deploymentWords, type Named } from "../deploymentWords";

/** Where a command finds the same deployment again: the end of its line. Empty without a deployment. */
export const atOf = (named: Named): string => deploymentWords(named, "<the wiring document>");

/**
 * How to put a key in where the deployment that is looked at has it.
 * @param at the end of `atOf`
 */
export const putCommand = (id: string, store: StoreName, at: string): string =>
  `\`promptsentinel-secrets secrets put ${id} --to ${store}${at}\``;
