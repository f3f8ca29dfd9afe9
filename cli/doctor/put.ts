import type { StoreName } from "../../stores/store";

/** Where a command finds the same deployment again: the end of its line. Empty without a deployment. */
export function atOf({
  stack,
  file,
}: {
  readonly stack?: string | undefined;
  readonly file?: string | undefined;
}): string {
  // The other commands take the document from a file too, as they take a value by stdin.
  if (file !== undefined) return ` --file ${file === "-" ? "<the wiring document>" : shell(file)}`;
  return stack === undefined ? "" : ` --stack ${shell(stack)}`;
}

const shell = (text: string): string =>
  /^[\w./@%+,:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/**
 * How to put a key in where the deployment that is looked at has it.
 * @param at the end of `atOf`
 */
export const putCommand = (id: string, store: StoreName, at: string): string =>
  `\`promptsentinel-secrets secrets put ${id} --to ${store}${at}\``;
