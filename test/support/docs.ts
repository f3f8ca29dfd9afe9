import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./generated";

/** Every page that people read, by its path below the project's folder. */
export const pages: readonly string[] = [
  ...readdirSync(projectRoot).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(projectRoot, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

export const textOf = (page: string): string => readFileSync(join(projectRoot, page), "utf8");

/** Lines for a shell that follow each other. */
export interface Example {
  readonly lines: readonly string[];
  /** Needs a server on which nothing is yet; the page says so before the block. */
  readonly ownServer: boolean;
}

/** The blocks of a page that a reader would paste into a shell. */
export const examplesOf = (page: string): readonly Example[] =>
  [...textOf(page).matchAll(/(<!-- on a server of its own -->\s*)?^```sh\n(.*?)^```$/gms)].map(
    ([, mark, block = ""]) => ({
      lines: block.split("\n").filter((line) => line.trim() !== ""),
      ownServer: mark !== undefined,
    }),
  );
