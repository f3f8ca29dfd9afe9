/** Which deployment a command was called with. */
export interface Named {
  readonly stack?: string | undefined;
  readonly file?: string | undefined;
}

/**
 * The words that name a deployment again, in a command that a fix says, with a blank before them; none where none was
 * named. A file goes before a stack, as where it is read.
 * @param piped stands for a document that came by stdin, which cannot be had again by the same words
 */
export function deploymentWords({ stack, file }: Named, piped = "<document>"): string {
  if (file === "-") return ` --file ${piped}`;
  if (file !== undefined) return ` --file ${quoted(file)}`;
  return stack === undefined ? "" : ` --stack ${quoted(stack)}`;
}

/** As a POSIX shell takes it as one word. */
const quoted = (word: string): string =>
  /^[\w./@%+,:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
