/** Which deployment a command was called with. */
interface Named {
  readonly stack?: string | undefined;
  readonly file?: string | undefined;
}

/**
 * The words that name a deployment again, in a command that a fix says, with a blank before them; none where none was
 * named. A file goes before a stack, as where it is read.
 */
export function deploymentWords({ stack, file }: Named): string {
  // What came by stdin cannot be had again by the same words.
  if (file === "-") return " --file <document>";
  if (file !== undefined) return ` --file ${quoted(file)}`;
  return stack === undefined ? "" : ` --stack ${quoted(stack)}`;
}

/** As a POSIX shell takes it as one word. */
const quoted = (word: string): string =>
  /^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
