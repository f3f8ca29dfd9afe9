/** What a line says about itself. */
const marker = /promptsentinel:allow(?:[ \t]+(\S.*))?/;

/**
 * Whether a line is excused: `promptsentinel:allow <reason>` on it.
 * @returns the reason; an empty text where the marker has none; undefined without a marker
 */
export const excuse = (line: string): string | undefined => {
  const found = marker.exec(line);
  if (!found) return undefined;
  // What closes a comment is no reason.
  return (found[1] ?? "").replace(/(?:\*\/|-->)\s*$/, "").trim();
};
