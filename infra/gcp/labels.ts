import { shown } from "../configError";
import { limits } from "../limits";

/** https://cloud.google.com/resource-manager/docs/labels-overview#requirements; topics and keys take no other letters. */
const allowed = {
  name: { form: /^[a-z][a-z0-9_-]{0,62}$/, says: "a lower-case letter first, at most 63" },
  value: { form: /^[a-z0-9_-]{0,63}$/, says: "at most 63" },
} as const;

/** Tags that Google would refuse: they are labels there. */
export function* labelProblems(tags: Readonly<Record<string, string>>): Generator<string> {
  // Each secret has one of its own besides, and one that the provider adds.
  const count = Object.keys(tags).length + 2;
  if (count > limits.gcpLabels) {
    yield `tags: got ${String(count)} with the program's own; Google takes ${String(limits.gcpLabels)}; fix: remove some`;
  }
  for (const [name, value] of Object.entries(tags)) {
    for (const [part, kind] of [
      [name, "name"],
      [value, "value"],
    ] as const) {
      if (allowed[kind].form.test(part)) continue;
      yield `tags.${name}: got ${shown(part)}; allowed as a ${kind} of a label: a-z, 0-9, _ and -, ${allowed[kind].says}; fix: rename it`;
    }
    if (name.startsWith("goog")) {
      yield `tags.${name}: names that begin with goog are Google's own; fix: rename it`;
    }
    if (name === "key") {
      yield "tags.key: is the name of the program's own label of a secret; fix: rename it";
    }
  }
}
