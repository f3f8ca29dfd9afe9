import { spawnSync } from "node:child_process";
import { join, relative, sep } from "node:path";

const root = join(__dirname, "..", "..", "..");
const hook = join(root, "test", "fixtures", "loadedModules.cjs");

/** Whose modules the command has loaded when it ends: packages by their names, the project's own by their files. */
function loadedBy(...line: readonly string[]): ReadonlySet<string> {
  const { output, status } = spawnSync(
    process.execPath,
    ["--require", hook, join(root, "cli", "bin.mjs"), ...line],
    { stdio: ["ignore", "pipe", "pipe", "pipe"], encoding: "utf8" },
  );
  if (status !== 0) throw new Error(output.join("\n"));
  const files = JSON.parse(output[3] ?? "") as readonly string[];
  return new Set(
    files
      .filter((file) => file !== hook)
      .map((file) => relative(root, file).split(sep).join("/"))
      .map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file),
  );
}

const packagesOf = (loaded: ReadonlySet<string>) =>
  [...loaded].filter((name) => !name.endsWith(".ts")).sort();
const foldersOf = (loaded: ReadonlySet<string>) =>
  [
    ...new Set(
      [...loaded].filter((name) => name.endsWith(".ts")).map((name) => name.split("/")[0]),
    ),
  ].sort();

// What takes the time of a start is what is loaded; seconds are for `npm run bench`.
describe("the command's start loads", () => {
  // esbuild is tsx's, and compiles what has changed; the last is for hints at misspelt names.
  const own = ["commander", "esbuild", "tsx", "fastest-levenshtein"];
  const others = (loaded: ReadonlySet<string>): readonly string[] =>
    packagesOf(loaded).filter((name) => !own.includes(name));

  test.each([["--help"], ["run --help"], ["secrets put --help"], ["completion --help"]])(
    "for %s no package but the command line's own",
    (line) => {
      expect(others(loadedBy(...line.split(" ")))).toEqual([]);
    },
  );

  test("for --help definitions and no command", () => {
    const loaded = loadedBy("--help");
    expect([...loaded].filter((one) => one.startsWith("cli/commands/"))).toEqual([]);
    expect(
      [...loaded].filter((one) => one.startsWith("stores/") && one.includes("/keyStore")),
    ).toEqual([]);
    expect(
      foldersOf(loaded).filter((folder) => !["cli", "infra", "stores"].includes(folder ?? "")),
    ).toEqual([]);
  });

  test("for a completion neither stores nor what reads configs", () => {
    const loaded = loadedBy("complete", "--", "run", "--stack", "");
    expect(others(loaded)).toEqual(["@bomb.sh/tab"]);
  });

  test("for run with a file neither SDKs nor what reads documents", () => {
    const loaded = loadedBy("run", "--allow-missing", "--", "true");
    for (const heavy of ["zod", "undici", "@aws-sdk/client-secrets-manager", "@azure/identity"]) {
      expect([...loaded]).not.toContain(heavy);
    }
    expect(
      [...loaded].filter((one) => one.startsWith("@pulumi/") || one.startsWith("@grpc/")),
    ).toEqual([]);
  });
});
