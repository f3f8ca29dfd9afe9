/** What a flag or a command looks like. A key is no short word of small letters. */
const word = /^-{0,2}[a-z][a-z-]{0,20}$/;

/** Where commander repeats what was typed, up to the last quotation mark, as the text may hold one. */
const places = [
  /^(error: unknown (?:option|command) ')(.*)('.*)$/s,
  /^(error: option '[^']*' argument ')(.*)(' is invalid.*)$/s,
  /^(error: option '[^']*' value ')(.*)(' from env '.*)$/s,
  /^(error: command-argument value ')(.*)(' is invalid for argument '.*)$/s,
];

/**
 * Commander's message about a wrong call, without what was typed in place of a flag or a command: it can be a value of
 * a key, which nobody may type there, and anybody may by mistake.
 */
export const hideWords = (message: string): string =>
  places.reduce(
    (text, place) =>
      text.replace(place, (_, before: string, typed: string, after: string) =>
        [before, shortened(typed), after].join(""),
      ),
    message,
  );

function shortened(typed: string): string {
  if (word.test(typed)) return typed;
  const [flag = "", given] = typed.split("=");
  return given !== undefined && word.test(flag) ? `${flag}=…` : "…";
}
