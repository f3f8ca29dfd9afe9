import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { wiringSchema, type Wiring } from "../../../../infra/wiring/document";
import document from "../../../fixtures/wiring/1.1.json";
import type { OpenOptions, StoreName } from "../../../../stores/store";
import { memoryStore, type MemoryStore } from "../../../fixtures/memoryStore";
import { inTempDir } from "../../../fixtures/tempDir";
import { ran } from "./ran";
import { others, values } from "./values";

/** The stores of both stages, by name and the address that the stage has in its wiring. */
const opened = new Map<string, MemoryStore>();
jest.mock("../../../../stores", () => ({
  stores: new Proxy(
    {},
    {
      get: (_, name: StoreName) => () => (options: OpenOptions) =>
        opened.get(`${name} ${options.env["VAULT_ADDR"] ?? ""}`),
    },
  ),
}));

const addresses = { dev: "https://dev.example.com", prod: "https://prod.example.com" };

const { aws, vault } = wiringSchema.parse(document).platforms;
if (!aws || !vault) throw new Error("the document has not both");

/** A document of a stage with its own server. */
const stageOf = (stage: "dev" | "prod"): Wiring => ({
  ...wiringSchema.parse(document),
  stage,
  platforms: { vault: { ...vault, env: { ...vault.env, VAULT_ADDR: addresses[stage] } } },
});

type Values = Readonly<Record<string, string>>;
async function compared(dev: Values, prod: Values, ...line: string[]) {
  opened.set(`vault ${addresses.dev}`, memoryStore("vault", { values: dev }));
  opened.set(`vault ${addresses.prod}`, memoryStore("vault", { values: prod }));
  return withDocuments(stageOf("dev"), stageOf("prod"), ...line);
}

const withDocuments = (dev: Wiring, prod: Wiring, ...line: string[]) =>
  inTempDir(async (folder) => {
    const files = [join(folder, "dev.json"), join(folder, "prod.json")] as const;
    await writeFile(files[0], JSON.stringify(dev));
    await writeFile(files[1], JSON.stringify(prod));
    const documents = ["--file", files[0], "--with-file", files[1]];
    return ran("secrets", "compare", ...documents, ...line);
  });

const different = {
  ...others,
  gemini: "AIza-unit-other-901f2c7be5",
  snyk: "unit-other-0e1d2c3b4a59687f8e9d",
};

describe("compare", () => {
  test("of stages with keys of their own ends with 0", async () => {
    const { code, stdout } = await compared(values, different);
    expect([code, stdout]).toStrictEqual([0, "dev and prod share no value, of 8 that were read\n"]);
  });

  test("of a value in two stages ends with 1, and names the key and the stages alone", async () => {
    const { code, stdout } = await compared(values, { ...different, openai: values.openai });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^dev openai \(vault\) and prod openai \(vault\) have the same value; fix: .* `secrets put openai --rotate --to vault --file \S+dev\.json`\n/,
    );
    expect(stdout).not.toContain(values.openai);
    // Nothing by which anybody could compare later.
    expect(stdout).not.toMatch(/[0-9a-f]{12}/);
  });

  test("sees a value under another key, too", async () => {
    const { code, stdout } = await compared(
      values,
      { ...different, snyk: values.gemini },
      "--json",
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toStrictEqual({
      stages: ["dev", "prod"],
      same: [
        [
          { stage: "dev", store: "vault", key: "gemini" },
          { stage: "prod", store: "vault", key: "snyk" },
        ],
      ],
      ...{ unread: [], compared: 8 },
    });
  });

  test.each([
    ["denied", "prod openai: vault: not readable by you"],
    ["unreachable", "prod openai: vault: openai: unreachable; fix: none"],
  ] as const)("of a key that is %s ends with 4", async (kind, line) => {
    opened.set(`vault ${addresses.dev}`, memoryStore("vault", { values }));
    opened.set(
      `vault ${addresses.prod}`,
      memoryStore("vault", {
        values: different,
        refuse: (_, key) => (key === "openai" ? kind : undefined),
      }),
    );
    const { code, stdout } = await withDocuments(stageOf("dev"), stageOf("prod"));
    expect([code, stdout.split("\n")[0]]).toStrictEqual([4, line]);
  });

  test("of nothing at all ends with 4", async () => {
    expect((await compared({}, {})).code).toBe(4);
  });

  test("of one place that both stages have is an error of its own, before anything is read", async () => {
    const dev = stageOf("dev");
    const vault = memoryStore("vault", { values });
    opened.set(`vault ${addresses.dev}`, vault);
    const { code, stderr } = await withDocuments(dev, { ...dev, stage: "prod" });
    expect(code).toBe(1);
    expect(stderr).toContain("openai: dev and prod have it in the same place of vault; expected:");
    expect(vault.calls).toStrictEqual([]);
  });

  describe("of secrets that have one name", () => {
    const names = Object.values(aws.references).map(({ locator }) => locator["secret"] ?? "");
    const arn = (account: string, name: string) =>
      `arn:aws:secretsmanager:eu-central-1:${account}:secret:${name}-a1B2c3`;
    const of = (stage: "dev" | "prod", account?: string): Wiring => ({
      ...stageOf(stage),
      platforms: {
        aws: {
          ...aws,
          ...(account !== undefined && {
            addresses: {
              containers: Object.fromEntries(names.map((name) => [name, arn(account, name)])),
            },
          }),
        },
      },
    });
    beforeEach(() => {
      // The stand-in is one account: whoever reads both stages in it reads one value.
      opened.set("aws ", memoryStore("aws", { values: { openai: values.openai } }));
    });

    test("in two accounts are two places", async () => {
      const { code, stdout } = await withDocuments(of("dev", "111111111111"), of("prod", "2"));
      expect([code, stdout]).toStrictEqual([1, expect.stringContaining("have the same value")]);
    });

    test("in one account are one", async () => {
      const { code, stderr } = await withDocuments(of("dev", "1"), of("prod", "1"));
      expect([code, stderr]).toStrictEqual([1, expect.stringContaining("the same place of aws")]);
    });

    test("of two documents that are called the same are told apart", async () => {
      const { code, stdout } = await inTempDir(async (folder) => {
        const file = join(folder, "one.json");
        await writeFile(file, JSON.stringify(of("dev")));
        return ran("secrets", "compare", "--file", file, "--with-file", file);
      });
      expect([code, stdout]).toStrictEqual([1, expect.stringContaining("have the same value")]);
    });

    test("without an account are found by their value", async () => {
      const { code, stdout } = await withDocuments(of("dev"), of("prod"));
      expect([code, stdout]).toStrictEqual([1, expect.stringContaining("have the same value")]);
    });
  });

  test.each([
    ["the other", ["--stack", "dev"], "compare: --with or --with-file is missing"],
    ["both", [], "compare: --stack or --file and --with or --with-file are missing"],
  ])("fails without %s deployment", async (_, line, message) => {
    const { code, stderr } = await ran("secrets", "compare", ...line);
    expect([code, stderr]).toStrictEqual([2, expect.stringContaining(message)]);
  });

  test("fails on a store that a deployment has not", async () => {
    const { code, stderr } = await compared(values, different, "--in", "aws");
    expect([code, stderr]).toStrictEqual([
      2,
      "error: --in: dev has none of these stores; it has: vault; fix: name one of its own\n",
    ]);
  });

  test("gives the other stage its own credentials, and nobody else", async () => {
    const seen: string[] = [];
    const recorded = (values: Values): MemoryStore => {
      const store = memoryStore("vault", { values });
      const read = store.read.bind(store);
      return Object.assign(store, {
        read: (place: Parameters<typeof read>[0]) => {
          seen.push(process.env["OF_THIS_TEST"] ?? "none");
          return read(place);
        },
      });
    };
    opened.set(`vault ${addresses.dev}`, recorded(values));
    opened.set(`vault ${addresses.prod}`, recorded(different));
    process.env["WITH_OF_THIS_TEST"] = "other";
    try {
      await withDocuments(stageOf("dev"), stageOf("prod"));
    } finally {
      delete process.env["WITH_OF_THIS_TEST"];
    }
    const half = seen.length / 2;
    expect(seen).toStrictEqual([
      ...Array<string>(half).fill("none"),
      ...Array<string>(half).fill("other"),
    ]);
    expect(process.env["OF_THIS_TEST"]).toBeUndefined();
  });
});
