import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildCli } from "../../../cli/cli";
import type { complete } from "../../../cli/commands/completion";
import { stackNames } from "../../../cli/completion/words";
import { catalog } from "../../../infra/catalog";
import { storeNames } from "../../../stores/store";
import { inTempDir } from "../../fixtures/tempDir";

/** What is offered, without descriptions, and whether the shell is to add names of files. */
function offered(line: string): { readonly words: readonly string[]; readonly files: boolean } {
  const lines: string[] = [];
  const take = (text: unknown): boolean => {
    lines.push(...String(text).trimEnd().split("\n"));
    return true;
  };
  const mocks = [
    jest.spyOn(process.stdout, "write").mockImplementation(take),
    // It is tab that prints.
    jest.spyOn(console, "log").mockImplementation(take),
  ];
  try {
    // Tab keeps what it knows in its module.
    jest.isolateModules(() => {
      (
        require("../../../cli/commands/completion") as { readonly complete: typeof complete }
      ).complete(buildCli(), line.split(" "));
    });
  } finally {
    for (const mock of mocks) mock.mockRestore();
  }
  const directive = lines.pop();
  return { words: lines.map((one) => one.split("\t")[0] ?? ""), files: directive === ":0" };
}

describe("what is offered", () => {
  test.each([
    ["a command", "se", ["secrets"]],
    ["a command of a group", "vault a", ["audit-config"]],
    ["an option", "run --keep", ["--keep-credentials"]],
    ["a method", "run --method dotenv", ["dotenv", "dotenv-vault", "dotenvx"]],
    ["a method after =", "run --method=va", ["vault"]],
    ["a reader", "run -c ", ["app", "ci"]],
    ["a stack", "wiring --stack ", ["dev", "prod"]],
    ["a stack by the short option", "recover -s d", ["dev"]],
    ["a store", "secrets put anthropic --to ", [...storeNames]],
    ["a store among several", "secrets status --in k", ["keyring"]],
    ["a key", "secrets put ", Object.keys(catalog)],
    ["a shell", "completion f", ["fish"]],
  ])("%s", (_, line, words) => {
    expect(offered(line)).toEqual({ words, files: false });
  });

  test.each([
    ["of a document", "wiring --file "],
    ["of the command that is run", "run --method vault -- docker compose --file "],
  ])("names of files, %s", (_, line) => {
    expect(offered(line)).toEqual({ words: [], files: true });
  });

  test("the commands, without the one that only scripts call", () => {
    const { words } = offered("");
    expect(words).toEqual(expect.arrayContaining(["secrets", "run", "completion"]));
    expect(words).not.toContain("complete");
  });
});

test("a file whose name a shell would run is no stack", () =>
  inTempDir(async (folder) => {
    for (const name of ["Pulumi.yaml", "Pulumi.$(reboot).yaml", "Pulumi.a b.yaml", "Pulumi.x.yaml"])
      await writeFile(join(folder, name), "");
    expect(stackNames(folder)).toEqual(["x"]);
  }));
