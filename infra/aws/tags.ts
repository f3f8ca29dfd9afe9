import { shown } from "../configError";
import { limits } from "../limits";

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices */
const text = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const longest = { name: 128, value: 256 } as const;

/** Tags that AWS would refuse. */
export function* tagProblems(tags: Readonly<Record<string, string>>): Generator<string> {
  const names = Object.keys(tags);
  if (names.length > limits.awsTags) {
    yield `tags: got ${String(names.length)} with the program's own; AWS takes ${String(limits.awsTags)}; fix: remove some`;
  }
  for (const [name, value] of Object.entries(tags)) {
    for (const [part, kind] of [
      [name, "name"],
      [value, "value"],
    ] as const) {
      if (part.length > longest[kind] || !text.test(part)) {
        yield `tags.${name}: got ${shown(part)}; allowed as a ${kind}: at most ${String(longest[kind])} letters, digits, spaces and _.:/=+-@; fix: shorten or rename it`;
      }
    }
    if (/^aws:/i.test(name)) {
      yield `tags.${name}: names that begin with aws: are AWS's own; fix: rename it`;
    }
  }
}
