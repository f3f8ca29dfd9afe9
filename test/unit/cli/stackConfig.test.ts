import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { configEntries, configFile, loadStackConfig, projectRoot } from "../../../cli/stackConfig";
import { ConfigError } from "../../../infra/configError";
import { checkConfig } from "../../../stacks/config";
import { platforms } from "../../../stacks/platforms";
import { min } from "../../fixtures/vault";
import { inTempDir } from "../../fixtures/tempDir";

const entriesOf = (text: string) =>
  inTempDir(async (folder) => {
    await writeFile(join(folder, "Pulumi.x.yaml"), text);
    return configEntries("x", folder);
  });

describe("configEntries", () => {
  test("gives each setting in the engine's own form", async () => {
    expect(
      await entriesOf(`
config:
  promptsentinel-secrets:stage: dev
  tags: { owner: platform }
  promptsentinel-secrets:number: 7
  promptsentinel-secrets:flag: true
  other:list: [a, b]
`),
    ).toStrictEqual({
      "promptsentinel-secrets:stage": { value: "dev" },
      "promptsentinel-secrets:tags": { value: '{"owner":"platform"}' },
      "promptsentinel-secrets:number": { value: "7" },
      "promptsentinel-secrets:flag": { value: "true" },
      "other:list": { value: '["a","b"]' },
    });
  });

  test("marks an encrypted setting and leaves its text behind", async () => {
    expect(
      await entriesOf("config:\n  promptsentinel-secrets:token:\n    secure: v1:abcdef:ghijkl\n"),
    ).toStrictEqual({ "promptsentinel-secrets:token": { value: "", secret: true } });
  });

  test.each(["", "config:\n", "- a\n- b\n", "encryptionsalt: v1:abc\n"])(
    "%j has none",
    async (text) => {
      expect(await entriesOf(text)).toStrictEqual({});
    },
  );

  test("fails on a stack without a file, with the command that makes one", async () => {
    await inTempDir(async (folder) => {
      await expect(configEntries("stagign", folder)).rejects.toThrow(
        `stack: there is no config for "stagign" (${configFile("stagign", folder)}); fix: name an existing stack, or make one with \`promptsentinel-secrets new stagign --from dev\``,
      );
    });
  });
});

test("a stack's file is the project's unless another folder is given", () => {
  expect(configFile("dev")).toBe(join(projectRoot, "Pulumi.dev.yaml"));
  expect(configFile("dev", "/elsewhere")).toBe(join("/elsewhere", "Pulumi.dev.yaml"));
});

describe("checkConfig", () => {
  const good = {
    "promptsentinel-secrets:stage": { value: "dev" },
    "promptsentinel-secrets:vault": { value: JSON.stringify(min["vault"]) },
  };

  test("takes the program's own settings and leaves the others alone", () => {
    const config = checkConfig(
      { ...good, "vault:address": { value: "x" }, "aws:secretKey": { value: "x", secret: true } },
      platforms,
    );
    expect(config.environment.stage).toBe("dev");
  });

  test("fails on every encrypted setting of its own, without showing one", () => {
    const secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz";
    const check = () =>
      checkConfig(
        {
          ...good,
          "promptsentinel-secrets:stage": { value: "dev", secret: true },
          "promptsentinel-secrets:anthropic": { value: secret, secret: true },
        },
        platforms,
      );
    expect(check).toThrow(ConfigError);
    expect(check).toThrow(
      /has 2 problems; nothing was created\n {2}- promptsentinel-secrets:stage: is an encrypted setting; .*; fix: remove it\n {2}- promptsentinel-secrets:anthropic: is an encrypted setting/,
    );
    expect(check).not.toThrow(secret);
  });

  test("fails on JSON that is none as on the text that it is", () => {
    expect(() =>
      checkConfig({ ...good, "promptsentinel-secrets:tags": { value: "{broken" } }, platforms),
    ).toThrow('tags: got "{broken"; expected: a record; fix: correct the value');
  });

  test("a stack's file with an encrypted setting is refused as a whole", async () => {
    await inTempDir(async (folder) => {
      const text = "config:\n  promptsentinel-secrets:stage:\n    secure: v1:abcdef:ghijkl\n";
      await writeFile(join(folder, "Pulumi.x.yaml"), text);
      await expect(loadStackConfig("x", folder)).rejects.toThrow(
        "promptsentinel-secrets:stage: is an encrypted setting",
      );
    });
  });
});

describe("the stacks of this repository", () => {
  /** Paths of maps, in the file's order; what differs by consumer's login method included. */
  const paths = (value: unknown, at = ""): readonly string[] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => [
          `${at}.${key}`,
          ...paths(inner, `${at}.${key}`),
        ])
      : [];

  const inFile = async (stack: string) => paths(parse(await readFile(configFile(stack), "utf8")));

  test("have the same settings in the same order, so that a diff of the files shows values alone", async () => {
    // Clouds, and a cluster, are prod's alone: dev runs on a machine without an account.
    const clouds = /^\.config\.promptsentinel-secrets:(aws|azure|gcp|kubernetes)\b/;
    const prod = (await inFile("prod")).filter((path) => !clouds.test(path));
    expect(await inFile("dev")).toStrictEqual(prod);
  });

  test("prod has every platform", async () => {
    const { platforms: enabled } = await loadStackConfig("prod");
    expect(enabled.map(({ platform }) => platform.name)).toStrictEqual(Object.keys(platforms));
  });
});
