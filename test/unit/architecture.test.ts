import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import execa from "execa";
import ts from "typescript";
import { concerns } from "../../infra/tokens";

const root = join(__dirname, "../..");

/** Files that are or will be in the repository. */
const tracked = execa
  .sync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root })
  .stdout.split("\n")
  .filter((file) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile());
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const isSource = (file: string): boolean => file.endsWith(".ts");
const inFolders = (...folders: readonly string[]): readonly string[] =>
  tracked.filter((file) => isSource(file) && folders.some((one) => file.startsWith(`${one}/`)));

const programFolders = ["infra", "stacks", "cli", "stores", "sandbox", "policies"];
const components = inFolders("infra").filter((file) => /extends Component\b/.test(read(file)));
const lowerFirst = (name: string): string => `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;

test("the checks below see the program", () => {
  expect(components.length).toBeGreaterThanOrEqual(5);
  expect(inFolders(...programFolders).length).toBeGreaterThan(50);
});

describe.each(components)("%s", (file) => {
  const [, name = ""] = /export class (\w+) extends Component\b/.exec(read(file)) ?? [];

  test("registers its outputs once, as the last thing of its constructor", () => {
    const text = read(file);
    expect(text.match(/\bregisterOutputs\(/g)).toHaveLength(1);
    expect(text).toMatch(/this\.registerOutputs\(\{[^{}]*\}\);\n {2}\}\n/);
  });

  test("is of the class and file name of its concern, and implements its contract", () => {
    expect(concerns).toContain(name);
    expect(basename(file)).toBe(`${lowerFirst(name)}.ts`);
    expect(read(file)).toContain(`implements contract.${name}`);
    expect(read(file)).toContain(`"../contracts/${lowerFirst(name)}"`);
  });

  test("its token names its folder and itself", () => {
    expect(read(file)).toContain(`super("${basename(dirname(file))}", "${name}",`);
  });
});

test("there is a contract for every concern", () => {
  for (const concern of concerns) {
    const file = `infra/contracts/${lowerFirst(concern)}.ts`;
    expect(tracked).toContain(file);
    expect(read(file)).toMatch(new RegExp(`^export interface ${concern} \\{`, "m"));
  }
});

test("config is read in stacks/config.ts alone", () => {
  const readers = inFolders(...programFolders).filter((file) =>
    /pulumi\.Config\b|new Config\(|from "@pulumi\/pulumi\/(config|runtime\/config)"/.test(
      read(file),
    ),
  );
  expect(readers).toStrictEqual(["stacks/config.ts"]);
});

test("no import of a whole provider", () => {
  const umbrella = /["']@pulumi\/(aws|azure-native|gcp|vault|kubernetes)["']/;
  const wrong = inFolders(...programFolders, "test").filter((file) =>
    read(file)
      .split("\n")
      .some((line) => /\b(from|import|require)\b/.test(line) && umbrella.test(line)),
  );
  expect(wrong).toStrictEqual([]);
});

test("infra is a library: it imports nothing of the folders around it", () => {
  const wrong = inFolders("infra").filter((file) =>
    /from "(\.\.\/)+(stacks|stores|policies|cli|sandbox|test)\//.test(read(file)),
  );
  expect(wrong).toStrictEqual([]);
});

test("no file above 300 lines", () => {
  const long = inFolders(...programFolders)
    .map((file) => [file, read(file).split("\n").length - 1] as const)
    .filter(([, lines]) => lines > 300);
  expect(long).toStrictEqual([]);
});

describe("no file says where it was written", () => {
  const holding = (words: readonly string[]): readonly string[] =>
    tracked.filter((file) => {
      const text = read(file);
      return words.some((word) => text.includes(word));
    });

  test("no path of this machine", () => {
    const own = [root, homedir()].filter((path) => path.split("/").length > 2);
    const personal = [/\/home\/(?!<)\w+/, /\/Users\/(?!<)\w+/, /\b[A-Z]:\\Users\\\w+/];
    expect(holding(own.map((path) => `${path}/`))).toStrictEqual([]);
    const wrong = tracked.filter(
      (file) => !file.startsWith("test/unit/") && personal.some((path) => path.test(read(file))),
    );
    expect(wrong).toStrictEqual([]);
  });

  test("no host of this machine's package registries", async () => {
    const { stdout } = await execa("npm", ["config", "get", "registry"], { cwd: root });
    const usual = ["registry.npmjs.org", "pypi.org", "proxy.golang.org", "direct", "off"];
    const hosts = [stdout, process.env["PIP_INDEX_URL"], process.env["GOPROXY"]]
      .flatMap((text) => (text ?? "").split(/[,|\s]/))
      .flatMap((text) => (URL.canParse(text) ? [new URL(text).host] : []))
      .filter((host) => !usual.includes(host));
    expect(holding(hosts)).toStrictEqual([]);
  });

  test("the lock file names no registry", () => {
    const lock = read("package-lock.json").match(/"resolved": "https?:\/\/[^/"]+/g) ?? [];
    expect(lock.filter((line) => !line.endsWith("//registry.npmjs.org"))).toStrictEqual([]);
  });
});

test("whatever a contract exports has a docstring", () => {
  const missing = inFolders("infra/contracts").flatMap((file) => {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
    return source.statements
      .filter(
        (statement) =>
          ts.canHaveModifiers(statement) &&
          ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
      )
      .filter((statement) => ts.getJSDocCommentsAndTags(statement).length === 0)
      .map((statement) => `${file}: ${statement.getText(source).split("\n")[0] ?? ""}`);
  });
  expect(missing).toStrictEqual([]);
});
