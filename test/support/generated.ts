import { readFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { costs as awsCosts } from "../../infra/aws/costs";
import { costs as azureCosts } from "../../infra/azure/costs";
import { costs as gcpCosts } from "../../infra/gcp/costs";
import { wiringJsonSchema } from "../../infra/wiring/document";
import { rulesMarkdown } from "../../policies/generate/rulesMarkdown";
import { rules } from "../../policies/rules";
import { scan } from "../../policies/valueBearing/scan";
import { resourceList } from "../fixtures/resourceList";
import * as aws from "./awsTables";
import * as azure from "./azureTables";
import * as gcp from "./gcpTables";
import { commandReference } from "./commandReference";
import { formatTable } from "./formatTables";
import { configReference } from "./configReference";
import { capabilityMatrix } from "./capabilityMatrix";
import { costTable, prodOf } from "./platformTables";

/** Folder of the project. */
export const projectRoot = join(__dirname, "..", "..");

/** A file that the program's own code writes, in whole or in part. */
export interface Generated {
  /** Path below the project's folder. */
  readonly file: string;
  /** What it has to hold, before formatting. */
  readonly text: () => Promise<string> | string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** A platform's page, with its tables by their names. */
const page = (
  name: string,
  tables: () => Promise<Readonly<Record<string, string>>>,
): Generated => ({
  file: `docs/${name}.md`,
  text: async () =>
    Object.entries(await tables()).reduce(
      (text, [part, content]) => withPart(text, part, content),
      await current(`docs/${name}.md`),
    ),
});

/** All of them: add one with one entry here. */
export const generated: readonly Generated[] = [
  { file: "policies/RULES.md", text: () => rulesMarkdown(rules()) },
  {
    file: "policies/valueBearing/generated.json",
    text: () => json(scan(join(projectRoot, "node_modules"))),
  },
  { file: "infra/wiring/wiring.schema.json", text: () => json(wiringJsonSchema()) },
  {
    file: "README.md",
    text: async () => withPart(await current("README.md"), "capabilities", capabilityMatrix()),
  },
  {
    file: "docs/config.md",
    text: async () => withPart(await current("docs/config.md"), "settings", configReference()),
  },
  page("aws", async () => ({
    alerts: await aws.alertTable(),
    costs: costTable(awsCosts(await prodOf("aws"))),
  })),
  page("azure", async () => ({
    alerts: await azure.alertTable(),
    costs: costTable(azureCosts(await prodOf("azure"))),
  })),
  page("gcp", async () => ({
    alerts: await gcp.alertTable(),
    costs: costTable(gcpCosts(await prodOf("gcp"))),
  })),
  page("consumer", async () => ({ formats: await formatTable() })),
  page("commands", () => Promise.resolve({ commands: commandReference() })),
  ...["dev", "prod"].map((stack) => ({
    file: `test/fixtures/golden/${stack}.json`,
    text: async () => json(await resourceList(stack)),
  })),
];

/** A file as it stands; empty when there is none. */
export const current = (file: string): Promise<string> =>
  readFile(join(projectRoot, file), "utf8").catch(() => "");

/** A file as it has to be, formatted as `npm run check` wants it. */
export async function expected({ file, text }: Generated): Promise<string> {
  // By its command: prettier's library loads modules in a way that jest does not allow.
  const { stdout } = await execa("prettier", ["--stdin-filepath", file], {
    cwd: projectRoot,
    input: await text(),
    preferLocal: true,
    stripFinalNewline: false,
  });
  return stdout;
}

/**
 * A text with the part between its markers replaced.
 * @throws when the markers are not there once, in order
 */
export function withPart(whole: string, name: string, part: string): string {
  const [before, rest, ...more] = whole.split(`<!-- generated: ${name} -->`);
  const [old, after, ...others] = (rest ?? "").split("<!-- end -->");
  if (before === undefined || after === undefined || old === undefined || more.length > 0) {
    throw new Error(`no part "generated: ${name}" that ends; fix: put its two markers back`);
  }
  const tail = [after, ...others].join("<!-- end -->");
  return `${before}<!-- generated: ${name} -->\n\n${part}\n\n<!-- end -->${tail}`;
}
