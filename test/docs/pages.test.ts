import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { scripts } from "../../package.json";
import { pages, textOf } from "../support/docs";
import { projectRoot } from "../support/generated";

describe.each(pages)("%s", (page) => {
  const text = textOf(page);

  test("links to files that are there", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(
      ([, link = ""]) => link,
    );
    const broken = links.filter((link) => !existsSync(join(projectRoot, dirname(page), link)));
    expect(broken).toEqual([]);
  });

  test("names files that are there", () => {
    const folders = "infra|stacks|policies|stores|cli|sandbox|test|docs";
    const named = [...text.matchAll(new RegExp(`\`((?:${folders})/[\\w./-]*)\``, "g"))];
    const missing = named
      .map(([, file = ""]) => file)
      .filter((file) => !existsSync(join(projectRoot, file)));
    expect(missing).toEqual([]);
  });

  test("names scripts that are there, and tests for each word after them", () => {
    const runs = [...text.matchAll(/npm run (?:--silent )?([\w:]+)((?: -- )[\w -]+)?/g)];
    expect(runs.map(([, name]) => name).filter((name = "") => !(name in scripts))).toEqual([]);
    const tests = readdirSync(join(projectRoot, "test", "e2e"));
    const words = runs
      .filter(([, name]) => name === "test:e2e")
      .flatMap(([, , rest = ""]) => rest.replace(" -- ", "").split(" "))
      .filter((word) => word !== "");
    expect(
      words.filter((word) => !tests.includes(`${word}.test.ts`) && !tests.includes(word)),
    ).toEqual([]);
  });
});
