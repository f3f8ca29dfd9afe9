import { Readable } from "node:stream";
import tty from "node:tty";
import { askHidden, atTerminal } from "../../../../cli/prompt";
import { Interrupted } from "../../../../cli/output";
import { SecretValue } from "../../../../stores/secretValue";
import type { StoreName } from "../../../../stores/store";
import { memoryStore, type MemoryStore } from "../../../fixtures/memoryStore";
import { ran } from "./ran";
import { others, values } from "./values";

const opened: Partial<Record<StoreName, MemoryStore>> = {};
jest.mock("../../../../stores", () => ({
  stores: new Proxy({}, { get: (_, name: StoreName) => () => () => opened[name] }),
}));
jest.mock("../../../../stores/fingerprintKey", () => ({
  fingerprinter: () => () => "0123456789ab",
}));
jest.mock("../../../../cli/prompt", () => ({ askHidden: jest.fn(), atTerminal: jest.fn() }));
const asked = jest.mocked(askHidden);
const terminal = jest.mocked(atTerminal);

type Given = string | Iterable<Buffer>;

/** What never ends, as `yes` does. */
function* endless(): Iterable<Buffer> {
  for (;;) yield Buffer.alloc(50_000, "a");
}

/** Gives a text to stdin while something runs. */
async function withStdin<Result>(text: Given, run: () => Promise<Result>) {
  const real = Object.getOwnPropertyDescriptor(process, "stdin");
  if (!real) throw new Error("there is no stdin");
  Object.defineProperty(process, "stdin", {
    ...real,
    get: () => Readable.from(typeof text === "string" ? [Buffer.from(text)] : text),
  });
  try {
    return await run();
  } finally {
    Object.defineProperty(process, "stdin", real);
  }
}

const put = (text: Given, ...line: string[]) =>
  withStdin(text, () => ran("secrets", "put", ...line, "--stdin"));

let store: MemoryStore;
beforeEach(() => {
  store = memoryStore("vault");
  opened.vault = store;
  asked.mockReset();
  terminal.mockReset().mockReturnValue(false);
});

describe("put writes a key's first value", () => {
  test.each([
    ["as it is", values.anthropic],
    ["without its line end", `${values.anthropic}\n`],
    ["without its line end of Windows", `${values.anthropic}\r\n`],
  ])("from stdin, %s", async (_, text) => {
    const { code, stdout, stderr } = await put(text, "anthropic", "--to", "vault");
    expect([code, stderr]).toStrictEqual([0, ""]);
    expect(stdout).toBe(
      "vault: ANTHROPIC_API_KEY is written, version 1, fingerprint 0123456789ab\n",
    );
    expect(store.values.get("anthropic")).toBe(values.anthropic);
    expect(store.closed).toBe(true);
  });

  test("for machines", async () => {
    const { stdout } = await put(values.openai, "OPENAI_API_KEY", "--to", "vault", "--json");
    expect(JSON.parse(stdout)).toStrictEqual({
      ...{ store: "vault", key: "openai", env: "OPENAI_API_KEY", outcome: "written" },
      ...{ version: "1", fingerprint: "0123456789ab" },
    });
  });

  test("from a hidden prompt, which names the key and the store", async () => {
    terminal.mockReturnValue(true);
    asked.mockResolvedValue(new SecretValue(values.anthropic));
    const { code } = await ran("secrets", "put", "anthropic", "--to", "vault");
    expect(code).toBe(0);
    expect(asked).toHaveBeenCalledWith("ANTHROPIC_API_KEY for vault (not shown as you type):");
    expect(store.values.get("anthropic")).toBe(values.anthropic);
  });
});

describe("put leaves a value that is there", () => {
  beforeEach(() => {
    store = memoryStore("vault", { values });
    opened.vault = store;
  });

  test("as it is, says so, and ends with 3; what was given has no part in that", async () => {
    const { code, stdout } = await put(others.anthropic, "anthropic", "--to", "vault");
    expect(code).toBe(3);
    expect(stdout).toBe(
      "vault: ANTHROPIC_API_KEY has a value already, version 1; it is as it was; fix: a new version is written by --rotate\n",
    );
    expect(store.values.get("anthropic")).toBe(values.anthropic);
  });

  test("and does not ask for one then", async () => {
    terminal.mockReturnValue(true);
    expect((await ran("secrets", "put", "anthropic", "--to", "vault")).code).toBe(3);
    expect(asked).not.toHaveBeenCalled();
  });

  test("but with --rotate writes a new version", async () => {
    const { code, stdout } = await put(others.anthropic, "anthropic", "--to", "vault", "--rotate");
    expect([code, stdout]).toStrictEqual([
      0,
      "vault: ANTHROPIC_API_KEY is written, version 2, fingerprint 0123456789ab\n",
    ]);
    expect(store.values.get("anthropic")).toBe(others.anthropic);
  });
});

describe("put writes nothing", () => {
  afterEach(() => {
    expect(store.calls.filter((call) => call.startsWith("put"))).toStrictEqual([]);
  });

  test.each([
    ["that has not its key's form", "sk-short-canary", /^error: OPENAI_API_KEY: the value has not/],
    ["of another vendor", "sk-ant-canary-0123456789abcdef0123456789abcdef", /a key of Anthropic/],
    ["that is nothing", "\n", /^error: OPENAI_API_KEY: got nothing; fix: give the value/],
    ["of more than 64 KiB", "a".repeat(66_000), /^error: value: is longer than any key/],
    ["that never ends", endless(), /^error: value: is longer than any key/],
    [
      "that is no text",
      [Buffer.from([0x73, 0x6b, 0xff, 0xfe])],
      /^error: value: is no text in UTF-8/,
    ],
  ])("of a value %s, and does not repeat it", async (_, text, message) => {
    const { code, stdout, stderr } = await put(text, "openai", "--to", "vault");
    expect([code, stdout]).toStrictEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/canary|aaaa/);
  });

  const canary = "sk-ant-canary-71c0e5'b";
  test.each([
    ["an argument", ["put", "anthropic", canary, "--to", "vault"]],
    ["the key", ["put", canary, "--to", "vault", "--stdin"]],
    ["an option that there is none", ["put", "anthropic", `--value=${canary}`, "--to", "vault"]],
    ["an option", ["put", "anthropic", `--${canary}`, "--to", "vault"]],
    ["the store", ["put", "anthropic", "--to", canary, "--stdin"]],
    ["the descriptor", ["put", "anthropic", "--to", "vault", "--fd", canary]],
    ["a command", [canary]],
  ])("of a value that is given as %s, which is a wrong call and not repeated", async (_, line) => {
    const { code, stdout, stderr } = await ran("secrets", ...line);
    expect(code).toBe(2);
    expect(stderr).not.toBe("");
    expect(stdout + stderr).not.toContain("canary");
  });

  test("where it is called wrongly, and tells of all at once", async () => {
    const { code, stderr } = await ran("secrets", "put", "--to", "vualt");
    expect(code).toBe(2);
    expect(stderr).toContain("there are 3 problems; nothing was written\n");
    expect(stderr).toContain('  - store: got "vualt"; allowed: ');
    expect(stderr).toContain("  - value: there is no terminal to ask at; fix: give it by --stdin");
    expect(stderr).toContain("  - key: is missing; fix: name one, or ask for all by --missing");
  });

  test("where stdin is the document's", async () => {
    const { code, stderr } = await put("", "openai", "--to", "vault", "--file", "-");
    expect(code).toBe(2);
    expect(stderr).toContain("value: stdin is the wiring document's by --file -");
  });

  test("when whoever is asked stops, and ends with 130", async () => {
    terminal.mockReturnValue(true);
    asked.mockRejectedValue(new Interrupted("stopped while it asked; nothing was written"));
    const { code, stderr } = await ran("secrets", "put", "openai", "--to", "vault");
    expect([code, stderr]).toStrictEqual([
      130,
      "error: stopped while it asked; nothing was written\n",
    ]);
    expect(store.closed).toBe(true);
  });
});

test("put warns of what the application's own rule would refuse, and writes it", async () => {
  const { code, stderr } = await put("AQ.Ab8RN6-unit-0123456789", "gemini", "--to", "vault");
  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning: GEMINI_API_KEY: keys of this new form hold a dot/);
});

test.each([
  ["uncertain", 4],
  ["denied", 1],
] as const)("put ends where the store's end is %s with %i", async (kind, expected) => {
  store = memoryStore("vault", { refuse: (call) => (call === "putIfAbsent" ? kind : undefined) });
  opened.vault = store;
  expect((await put(values.openai, "openai", "--to", "vault")).code).toBe(expected);
});

describe("put --missing", () => {
  const missing = (...line: string[]) =>
    ran("secrets", "put", "--missing", "--to", "vault", ...line);
  const answers = (...texts: readonly string[]) => {
    for (const text of texts) asked.mockResolvedValueOnce(new SecretValue(text));
    asked.mockResolvedValue(new SecretValue(""));
  };
  beforeEach(() => {
    terminal.mockReturnValue(true);
    store = memoryStore("vault", { values: { anthropic: values.anthropic } });
    opened.vault = store;
  });

  test("asks for each key that is not there and writes what is given", async () => {
    answers(values.openai, "", values.snyk);
    const { code, stdout } = await missing("--json");
    expect(code).toBe(0);
    expect(asked.mock.calls.map(([text]) => text.split(" ")[0])).toStrictEqual([
      ...["OPENAI_API_KEY", "GEMINI_API_KEY", "SNYK_TOKEN", "REDIS_PASSWORD", "GDPR_MASTER_KEY"],
    ]);
    expect(Object.fromEntries(store.values)).toStrictEqual({
      ...{ anthropic: values.anthropic, openai: values.openai, snyk: values.snyk },
    });
    const { keys } = JSON.parse(stdout) as { keys: { key: string; outcome: string }[] };
    expect(keys.map(({ key, outcome }) => `${key} ${outcome}`)).toStrictEqual([
      ...["openai written", "gemini absent", "snyk written", "redis absent", "gdpr absent"],
    ]);
  });

  test("asks again for a value of another form", async () => {
    answers("sk-short", values.openai);
    const { stderr } = await missing();
    expect(stderr).toMatch(/^error: OPENAI_API_KEY: the value has not the form of this key/);
    expect(store.values.get("openai")).toBe(values.openai);
  });

  test("writes nothing when whoever is asked stops half-way", async () => {
    asked
      .mockResolvedValueOnce(new SecretValue(values.openai))
      .mockRejectedValueOnce(new Interrupted("stopped"));
    expect((await missing()).code).toBe(130);
    expect([...store.values.keys()]).toStrictEqual(["anthropic"]);
  });

  test("leaves what came there meanwhile, and ends with 3", async () => {
    asked.mockImplementationOnce(() => {
      store.values.set("openai", others.openai);
      return Promise.resolve(new SecretValue(values.openai));
    });
    answers();
    expect((await missing()).code).toBe(3);
    expect(store.values.get("openai")).toBe(others.openai);
  });

  test("asks for a key too of which the caller may not see whether it is there", async () => {
    const refuse = (call: string) => (call === "putIfAbsent" ? undefined : ("denied" as const));
    opened.vault = memoryStore("vault", { values, refuse });
    answers(others.anthropic);
    const { code, stdout } = await missing("--json");
    expect(code).toBe(3);
    expect(stdout).toContain('"outcome": "present"');
  });

  test("fails without a terminal, and says what to do then", async () => {
    terminal.mockReturnValue(false);
    const { code, stderr } = await missing("openai", "--rotate");
    expect(code).toBe(2);
    expect(stderr).toContain("--missing: got a key, --rotate too;");
    expect(stderr).toContain("`secrets copy --all --from dotenv --to <store>`");
  });
});

describe("put takes no value from a terminal that shows what is typed", () => {
  test("by --stdin", async () => {
    const keyboard = Object.assign(Readable.from([]), { isTTY: true });
    const real = Object.getOwnPropertyDescriptor(process, "stdin");
    if (!real) throw new Error("there is no stdin");
    Object.defineProperty(process, "stdin", { ...real, get: () => keyboard });
    try {
      for (const line of [["--stdin"], ["--fd", "0"]]) {
        const { code, stderr } = await ran("secrets", "put", "openai", "--to", "vault", ...line);
        expect([code, stderr]).toStrictEqual([2, shown]);
      }
    } finally {
      Object.defineProperty(process, "stdin", real);
    }
  });

  test("by --fd", async () => {
    const terminals = jest.spyOn(tty, "isatty").mockReturnValue(true);
    try {
      const { code, stderr } = await ran("secrets", "put", "openai", "--to", "vault", "--fd", "3");
      expect([code, stderr]).toStrictEqual([2, shown]);
      expect(terminals).toHaveBeenCalledWith(3);
    } finally {
      terminals.mockRestore();
    }
  });

  const shown =
    "error: value: that is a terminal, which would show what is typed; fix: leave --stdin and --fd out for the hidden prompt\n";
});
