import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scan, type ValueTable } from "./scan";

/** The table as text, formatted as `npm run check` wants it. */
export const tableText = (table: ValueTable): string =>
  `{\n${part("arguments", table)},\n${part("yields", table)}\n}\n`;

const part = (name: keyof ValueTable, table: ValueTable): string => {
  const lines = Object.entries(table[name]).map(([type, paths]) => line(type, paths));
  return `  "${name}": {\n${lines.join(",\n")}\n  }`;
};

/** On one line where it fits. */
function line(type: string, paths: readonly string[]): string {
  const quoted = paths.map((path) => JSON.stringify(path));
  const short = `    ${JSON.stringify(type)}: [${quoted.join(", ")}]`;
  return short.length < width
    ? short
    : `    ${JSON.stringify(type)}: [\n${quoted.map((path) => `      ${path}`).join(",\n")}\n    ]`;
}

/** `printWidth` of the formatter. */
const width = 100;

/** Where the table stands; `npx tsx policies/valueBearing/generate.ts` writes it. */
export const tableFile = join(__dirname, "generated.json");

if (require.main === module) {
  writeFileSync(tableFile, tableText(scan(join(__dirname, "..", "..", "node_modules"))));
}
