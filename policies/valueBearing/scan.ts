import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { interfacesOf, type Interfaces, type Property } from "./interfaces";
import { isNoValue, valueName } from "./names";

/** What the SDKs say about values, by resource type. */
export interface ValueTable {
  /** Paths of arguments that hold a value, the steps joined by dots; lists and maps are passed through. */
  readonly arguments: Readonly<Record<string, readonly string[]>>;
  /** Outputs that hold a value which the provider makes: they stand in state whatever the arguments are. */
  readonly yields: Readonly<Record<string, readonly string[]>>;
}

/** The provider packages whose SDKs are read. */
export const packages = ["aws", "azure-native", "gcp", "kubernetes", "vault"] as const;

/** Arguments nest in circles in some types; no value sits deeper than this. */
const maxDepth = 7;

/**
 * Reads the SDKs below a `node_modules` folder: what their constructors mark as secret, and what arguments are
 * named like values, without what `leaveOut` knows to be none.
 */
export function scan(modules: string, leaveOut = isNoValue): ValueTable {
  const args = new Map<string, readonly string[]>();
  const yields = new Map<string, readonly string[]>();
  for (const name of packages) {
    const root = join(modules, "@pulumi", name);
    const inputs = interfacesOf(join(root, "types", "input.d.ts"));
    for (const file of resourceFiles(root)) {
      const code = readFileSync(file, "utf8");
      const type = /\b__pulumiType = '([^']+)'/.exec(code)?.[1];
      // Resources only: a provider's type has no colon, and another rule looks at it.
      if (!type?.includes(":")) continue;
      const { marked, made } = marks(code);
      const named = namedArguments(file.replace(/js$/, "d.ts"), inputs);
      const keep = (path: string): boolean => !leaveOut(type, path);
      put(args, type, [...marked, ...named].filter(keep));
      put(yields, type, made.filter(keep));
    }
  }
  return { arguments: sorted(args), yields: sorted(yields) };
}

function* resourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules" && entry.name !== "types") yield* resourceFiles(path);
    } else if (entry.name.endsWith(".js") && existsSync(path.replace(/js$/, "d.ts"))) {
      yield path;
    }
  }
}

/** Secret inputs, and secret outputs that are no inputs, as a compiled constructor names them. */
function marks(code: string): { marked: readonly string[]; made: readonly string[] } {
  const marked = names(code, /resourceInputs\["(\w+)"\] = [^\n]*pulumi\.secret\(/g);
  const list = /additionalSecretOutputs: \[([^\]]*)\]/.exec(code)?.[1] ?? "";
  const given = names(code, /resourceInputs\["(\w+)"\] = [^\n]*args\?\./g);
  const outputs = names(list, /"(\w+)"/g).filter((name) => !labels.includes(name));
  return {
    marked: [...marked, ...outputs.filter((name) => given.includes(name))],
    made: outputs.filter((name) => !given.includes(name)),
  };
}

/** gcp marks these on every resource that has labels. */
const labels = ["effectiveLabels", "pulumiLabels"];

const names = (code: string, pattern: RegExp): readonly string[] =>
  [...code.matchAll(pattern)].flatMap(([, name]) => name ?? []);

function namedArguments(file: string, inputs: Interfaces): readonly string[] {
  const found: string[] = [];
  const visit = (
    properties: readonly Property[],
    path: readonly string[],
    seen: readonly string[],
  ) => {
    for (const { name, refs, text } of properties) {
      const at = [...path, name];
      if (text && refs.length === 0 && valueName.test(name)) found.push(at.join("."));
      if (at.length === maxDepth) continue;
      for (const ref of refs) {
        if (!seen.includes(ref)) visit(inputs.get(ref) ?? [], at, [...seen, ref]);
      }
    }
  };
  for (const [name, properties] of interfacesOf(file)) {
    if (name.endsWith("Args")) visit(properties, [], []);
  }
  return found;
}

function put(table: Map<string, readonly string[]>, type: string, paths: readonly string[]): void {
  const values = [...new Set(paths)].sort();
  if (values.length > 0) table.set(type, values);
}

const sorted = (table: ReadonlyMap<string, readonly string[]>): ValueTable["arguments"] =>
  Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1)));
