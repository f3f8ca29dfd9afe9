import { shown } from "../configError";
import { limits } from "../limits";

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
const longest = { name: 128, value: 256 } as const;

/** Tags that Azure would refuse. A storage account takes the shortest names, so all have them. */
export function* tagProblems(tags: Readonly<Record<string, string>>): Generator<string> {
  const names = Object.keys(tags);
  if (names.length > limits.azureTags) {
    yield `tags: got ${String(names.length)} with the program's own; Azure takes ${String(limits.azureTags)}; fix: remove some`;
  }
  for (const [name, value] of Object.entries(tags)) {
    if (name.length > longest.name || /[<>%&\\?/]/.test(name)) {
      yield `tags.${name}: got ${shown(name)}; allowed as a name: at most ${String(longest.name)} characters, and none of <>%&\\?/; fix: shorten or rename it`;
    }
    if (value.length > longest.value) {
      yield `tags.${name}: got ${shown(value)}; allowed as a value: at most ${String(longest.value)} characters; fix: shorten it`;
    }
    if (/^(microsoft|azure|windows)/i.test(name)) {
      yield `tags.${name}: names that begin with microsoft, azure or windows are Azure's own; fix: rename it`;
    }
  }
}
