import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newStack } from "../../../cli/commands/newStack";
import { UsageError } from "../../../cli/output";
import { loadStackConfig, projectRoot } from "../../../cli/stackConfig";
import type { StackConfig } from "../../../infra/config";
import { captured } from "../../fixtures/captured";
import { inTempDir } from "../../fixtures/tempDir";

/** In a folder with the stacks of the project. */
const inProject = (run: (folder: string) => Promise<void>) =>
  inTempDir(async (folder) => {
    for (const stack of ["dev", "prod"]) {
      const file = `Pulumi.${stack}.yaml`;
      await copyFile(join(projectRoot, file), join(folder, file));
    }
    await run(folder);
  });

const settingsOf = ({ platforms }: StackConfig): string =>
  JSON.stringify(platforms.map(({ settings }) => settings));

describe("newStack", () => {
  test("writes a copy with its own stage, which the program takes", async () => {
    await inProject(async (folder) => {
      const said = await captured(() => newStack("staging", { from: "prod" }, folder));
      const file = join(folder, "Pulumi.staging.yaml");
      expect(said).toBe(`wrote ${file}\nnext: pulumi stack init staging, then edit what differs\n`);
      const config = await loadStackConfig("staging", folder);
      expect(config.environment).toMatchObject({ stage: "staging", apiEnv: "staging" });
      expect(config.ci?.apply).toStrictEqual({ environment: ["staging"] });
      const prod = await loadStackConfig("prod", folder);
      expect(settingsOf(config)).toBe(
        settingsOf(prod).replaceAll(":environment:prod", ":environment:staging"),
      );
    });
  });

  test("keeps comments", async () => {
    await inProject(async (folder) => {
      const from = join(folder, "Pulumi.dev.yaml");
      await writeFile(from, `# why it is so\n${await readFile(from, "utf8")}`);
      await captured(() => newStack("two", { from: "dev", stage: "dev" }, folder));
      expect(await readFile(join(folder, "Pulumi.two.yaml"), "utf8")).toMatch(/^# why it is so\n/);
    });
  });

  test("leaves a pipeline's environment that has a name of its own", async () => {
    await inProject(async (folder) => {
      const from = join(folder, "Pulumi.dev.yaml");
      const text = await readFile(from, "utf8");
      await writeFile(from, text.replace("environment: [dev]", "environment: [sandbox]"));
      await captured(() => newStack("staging", { from: "dev" }, folder));
      const { ci } = await loadStackConfig("staging", folder);
      expect(ci?.apply).toStrictEqual({ environment: ["sandbox"] });
    });
  });

  test("fails on a file that exists, and leaves it as it was", async () => {
    await inProject(async (folder) => {
      const file = join(folder, "Pulumi.prod.yaml");
      const before = await readFile(file, "utf8");
      await expect(newStack("prod", { from: "dev", stage: "dev" }, folder)).rejects.toThrow(
        `stack: ${file} exists; fix: edit it, or choose another name`,
      );
      expect(await readFile(file, "utf8")).toBe(before);
    });
  });

  test.each([
    ["stagign", {}, 'stage: got "stagign"; allowed: dev, staging, prod; fix: use staging'],
    ["eu", {}, 'stage: got "eu"; allowed: dev, staging, prod; fix: name one with --stage'],
    ["staging", { stage: "live" }, 'stage: got "live"; allowed: dev, staging, prod'],
    ["staging", { from: "pord" }, 'stack: there is no config for "pord"'],
  ])("fails on new %s %j", async (name, options, message) => {
    await inProject(async (folder) => {
      const error: unknown = await newStack(name, { from: "prod", ...options }, folder).catch(
        (one: unknown) => one,
      );
      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toContain(message);
      expect(await readdir(folder)).toHaveLength(2);
    });
  });

  test("leaves no file that the program would refuse", async () => {
    await inProject(async (folder) => {
      await expect(newStack("live", { from: "dev", stage: "prod" }, folder)).rejects.toThrow(
        "vault.address",
      );
      expect(await readdir(folder)).toHaveLength(2);
    });
  });
});
