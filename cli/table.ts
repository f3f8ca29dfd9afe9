/**
 * Lines of aligned columns, two blanks apart, for text of one column a character.
 * @param head a name for each column
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows]
    .map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** A count with its word, such as `1 day` and `2 days`. */
export const counted = (count: number, word: string): string =>
  `${String(count)} ${word}${count === 1 ? "" : "s"}`;
