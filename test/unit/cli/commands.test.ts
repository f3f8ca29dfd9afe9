import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildCli } from "../../../cli/cli";
import { auditConfig } from "../../../cli/commands/vaultAuditConfig";
import { secretId } from "../../../cli/commands/vaultSecretId";
import { wiring } from "../../../cli/commands/wiring";
import { exitCodes } from "../../../cli/exitCodes";
import { failure, UsageError } from "../../../cli/output";
import { vaultSection } from "../../../cli/vaultSection";
import { readWiring } from "../../../cli/wiringDocument";
import { ConfigError } from "../../../infra/configError";
import { render, renderers } from "../../../infra/wiring/render";
import { captured } from "../../fixtures/captured";
import { documentOf } from "../../fixtures/documentOf";
import { inTempDir } from "../../fixtures/tempDir";
import { min } from "../../fixtures/vault";

// Opening a stack needs an engine.
jest.mock("../../../cli/stack", () => ({
  openStack: () => {
    throw new Error("a stack was opened");
  },
}));

describe("wiring", () => {
  const withFile = (content: string, run: (file: string) => Promise<void>) =>
    inTempDir(async (folder) => {
      const file = join(folder, "wiring.json");
      await writeFile(file, content);
      await run(file);
    });

  test.each(Object.keys(renderers))("renders a document from a file as %s", async (format) => {
    const document = await documentOf(min);
    // Or the reason why there is none of this stack.
    const said = (run: () => string): string => {
      try {
        return run();
      } catch (error) {
        return String(error);
      }
    };
    await withFile(JSON.stringify(document), async (file) => {
      const got = await captured(() => wiring({ file, format })).catch(String);
      expect(got).toBe(said(() => render(document, format)));
    });
  });

  test("fails on a document that is none, with each place", async () => {
    await withFile('{"version":"2.0","app":"promptsentinel"}', async (file) => {
      await expect(wiring({ file, format: "json" })).rejects.toThrow(
        /^wiring: this is not a wiring document of version 1\n( {2}- .+\n?)+/,
      );
    });
  });

  test("fails on a file that is no JSON, and says nothing of what is in it", async () => {
    await withFile("sk-ant-unit-wiring-51c0", async (file) => {
      const error: unknown = await wiring({ file, format: "json" }).catch((one: unknown) => one);
      expect(error).toStrictEqual(
        new UsageError(
          "--file: is no JSON; fix: `pulumi stack output wiring --json` prints the document",
        ),
      );
      expect(error).toBeInstanceOf(UsageError);
    });
  });

  test("fails on a file that cannot be read", async () => {
    await withFile("", async (file) => {
      const error: unknown = await wiring({ file: `${file}.no`, format: "json" }).catch(
        (one: unknown) => one,
      );
      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toContain("--file: cannot be read (ENOENT); fix: ");
    });
  });

  test("names the option of the other document", async () => {
    await withFile("{", async (file) => {
      await expect(readWiring({ file }, "--with-file")).rejects.toThrow(/^--with-file: is no JSON/);
    });
  });

  test("fails without a stack or a file", async () => {
    await expect(wiring({ format: "json" })).rejects.toThrow(
      "wiring: got neither --stack nor --file; fix: name the stack with --stack",
    );
  });
});

describe("vault", () => {
  test("audit-config prints the server's part of a stack", async () => {
    expect(await captured(() => auditConfig({ stack: "dev" }))).toBe(`audit "file" "primary" {
  options {
    file_path = "/var/log/openbao/audit.log"
    mode = "0600"
  }
}

audit "file" "secondary" {
  options {
    file_path = "/var/log/openbao/audit-secondary.log"
    mode = "0600"
  }
}
`);
  });

  test("secret-id fails on a consumer without an AppRole before it asks anybody", async () => {
    await expect(secretId({ stack: "prod", consumer: "ci" })).rejects.toThrow(
      'consumer: got "ci"; with an AppRole in this stack: app, rotator, operator; fix: name one of these, or add vault.access.ci.approle',
    );
  });
});

describe("a wrong call is one by its kind, which decides the exit code", () => {
  test.each([
    ["no deployment", () => wiring({ format: "json" })],
    ["no such stack", () => vaultSection("no-such-stack")],
    ["no AppRole", () => secretId({ stack: "prod", consumer: "ci" })],
  ])("%s", async (_, run) => {
    await expect(run()).rejects.toBeInstanceOf(UsageError);
  });
});

describe("the command line", () => {
  const commands = buildCli().commands.flatMap((one) => [one, ...one.commands]);

  test("its help names every format", () => {
    const help = commands.find((one) => one.name() === "wiring")?.helpInformation() ?? "";
    for (const format of Object.keys(renderers)) expect(help).toContain(format);
  });
});

describe("failure", () => {
  test.each([
    ["a config error is a wrong call", new ConfigError(["stage: is missing"]), exitCodes.usage],
    ["another error is a failure", new Error("no"), exitCodes.failed],
    ["so is whatever else is thrown", "no", exitCodes.failed],
  ])("%s", (_, error, code) => {
    const lines: string[] = [];
    const write = jest.spyOn(process.stderr, "write").mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
    const before = process.exitCode;
    try {
      failure(error);
      expect(process.exitCode).toBe(code);
      expect(code).not.toBe(0);
    } finally {
      process.exitCode = before;
      write.mockRestore();
    }
    expect(lines.join("")).toMatch(/^error: .+\n$/s);
    expect(lines.join("")).not.toContain("    at ");
  });
});
