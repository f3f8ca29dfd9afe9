import { shown } from "../configError";
import { labelKey, labelValue } from "./fields";

/** Tags that Kubernetes would refuse: they are labels there. */
export function* labelProblems(tags: Readonly<Record<string, string>>): Generator<string> {
  for (const [name, value] of Object.entries(tags)) {
    if (!labelKey.safeParse(name).success) {
      yield `tags: got ${shown(name)}; allowed as a label's name: letters, digits, -, _ and ., at most 63, a letter or digit at both ends; fix: rename it`;
    }
    if (!labelValue.safeParse(value).success) {
      yield `tags.${name}: got ${shown(value)}; allowed as a label's value: letters, digits, -, _ and ., at most 63, a letter or digit at both ends; fix: rename it`;
    }
  }
}
