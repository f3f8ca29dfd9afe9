import { atTerminal, confirmed } from "../../../../cli/prompt";
import type { StoreName } from "../../../../stores/store";
import { memoryStore, type MemoryOptions, type MemoryStore } from "../../../fixtures/memoryStore";
import { ran } from "./ran";
import { others, values } from "./values";

const opened: Partial<Record<StoreName, MemoryStore>> = {};
jest.mock("../../../../stores", () => ({
  stores: new Proxy({}, { get: (_, name: StoreName) => () => () => opened[name] }),
}));
jest.mock("../../../../stores/fingerprintKey", () => ({
  fingerprinter: () => () => "0123456789ab",
}));
jest.mock("../../../../cli/prompt", () => ({ confirmed: jest.fn(), atTerminal: jest.fn() }));
const question = jest.mocked(confirmed);
const terminal = jest.mocked(atTerminal);

let from: MemoryStore;
let to: MemoryStore;
const source = (options: MemoryOptions = {}) => {
  opened.dotenv = from = memoryStore("dotenv", { values, clearable: true, ...options });
};
const destination = (options: MemoryOptions = {}) => {
  opened.vault = to = memoryStore("vault", options);
};
beforeEach(() => {
  source();
  destination();
  terminal.mockReset().mockReturnValue(false);
  question.mockReset().mockResolvedValue(false);
});

const copy = (...line: string[]) =>
  ran("secrets", "copy", "--from", "dotenv", "--to", "vault", ...line);
const outcomes = async (...line: string[]) => {
  const { code, stdout } = await copy("--json", ...line);
  const { keys } = JSON.parse(stdout) as { keys: { key: string; outcome: string }[] };
  return { code, keys: Object.fromEntries(keys.map(({ key, outcome }) => [key, outcome])) };
};
const writes = () => to.calls.filter((call) => call.startsWith("put"));

describe("copy", () => {
  test("brings a key to another store and says nothing of its value", async () => {
    const { code, stdout, stderr } = await copy("anthropic");
    expect(code).toBe(0);
    expect(stdout).toBe(
      "KEY        OUTCOME  VERSION  FINGERPRINT\nanthropic  written  1        0123456789ab\n",
    );
    expect(to.values.get("anthropic")).toBe(values.anthropic);
    expect(stdout + stderr).not.toContain(values.anthropic);
    expect([from.closed, to.closed]).toStrictEqual([true, true]);
  });

  test("brings every key that there is", async () => {
    const { code, keys } = await outcomes("--all");
    expect(code).toBe(0);
    expect(keys).toStrictEqual({
      ...{ anthropic: "written", openai: "written", gemini: "written", snyk: "written" },
      ...{ redis: "absent", gdpr: "absent" },
    });
    expect(Object.fromEntries(to.values)).toStrictEqual(values);
  });

  test("again writes nothing, with --rotate neither", async () => {
    destination({ values });
    for (const line of [["--all"], ["--all", "--rotate"]]) {
      const { code, keys } = await outcomes(...line);
      expect([code, keys["anthropic"]]).toStrictEqual([0, "same"]);
    }
    expect(writes()).toStrictEqual([]);
  });

  test("leaves another value that is there, and ends with 3", async () => {
    destination({ values: { anthropic: others.anthropic } });
    const { code, keys } = await outcomes("--all");
    expect([code, keys["anthropic"], keys["openai"]]).toStrictEqual([3, "present", "written"]);
    expect(to.values.get("anthropic")).toBe(others.anthropic);
  });

  test("with --rotate writes a new version over it", async () => {
    destination({ values: { anthropic: others.anthropic } });
    const { code, keys } = await outcomes("anthropic", "--rotate");
    expect([code, keys["anthropic"]]).toStrictEqual([0, "written"]);
    expect([to.values.get("anthropic"), to.versions.get("anthropic")]).toStrictEqual([
      ...[values.anthropic, 2],
    ]);
  });

  test("writes as somebody who may not read there, and says that it is not checked", async () => {
    destination({ refuse: (call) => (call === "read" ? "denied" : undefined) });
    const { code, stdout } = await copy("anthropic");
    expect(code).toBe(0);
    expect(stdout).toContain("anthropic: not readable by you to check it");
    expect((await outcomes("anthropic")).keys["anthropic"]).toBe("present");
  });
});

describe("copy writes nothing", () => {
  afterEach(() => {
    expect(writes()).toStrictEqual([]);
  });

  test("where one of the keys has not its form, and tells of all of them", async () => {
    source({ values: { ...values, openai: "sk-canary", snyk: "canary" } });
    const { code, stdout, stderr } = await copy("--all");
    expect([code, stdout]).toStrictEqual([1, ""]);
    expect(stderr).toContain("there are 2 problems; nothing was written");
    expect(stderr).toContain("  - OPENAI_API_KEY: the value has not the form of this key");
    expect(stderr).toContain("  - SNYK_TOKEN: the value has not the form of this key");
    expect(stderr).not.toContain("canary");
  });

  test("where one of the keys cannot be read", async () => {
    source({ refuse: (call, key) => (call === "read" && key === "snyk" ? "denied" : undefined) });
    expect((await copy("--all")).code).toBe(1);
  });

  test.each([["anthropic"], ["--all"]])("where there is nothing to be copied: %s", async (line) => {
    source({ values: {} });
    const { code, stderr } = await copy(line);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: ANTHROPIC_API_KEY.* not there to be copied; fix: name the store/,
    );
  });

  test.each([
    ["neither a key nor --all", [], "key: is missing; fix: name one, or take every key by --all"],
    ["both", ["openai", "--all"], "key: got one and --all"],
    ["no such key", ["opnai"], "key: there is no such key in this deployment; it has: anthropic"],
  ])("on a wrong call: %s", async (_, line, message) => {
    const { code, stderr } = await copy(...line);
    expect([code, stderr]).toStrictEqual([2, expect.stringContaining(message)]);
  });

  test("into the place that it is copied from", async () => {
    const line = ["secrets", "copy", "--all", "--from", "dotenv", "--to", "dotenv"];
    const { code, stderr } = await ran(...line);
    expect(code).toBe(2);
    expect(stderr).toContain("--to: is the store that is copied from (dotenv, memory of dotenv)");
  });
});

describe("a copy of which one key fails", () => {
  const refusing = (kind: "conflict" | "uncertain" | "unreachable") => {
    destination({
      refuse: (call, key) => (call === "putIfAbsent" && key === "openai" ? kind : undefined),
    });
  };

  test.each([
    ["conflict", 1, "failed", "written"],
    ["uncertain", 4, "uncertain", "written"],
    ["unreachable", 1, "failed", "not tried"],
  ] as const)("by %s ends with %i and tells of each", async (kind, code, openai, snyk) => {
    refusing(kind);
    expect(await outcomes("--all")).toMatchObject({
      code,
      keys: { anthropic: "written", openai, snyk },
    });
    destination({ values: Object.fromEntries(to.values) });
    expect((await outcomes("--all")).code).toBe(0);
    expect(Object.fromEntries(to.values)).toStrictEqual(values);
  });

  test("because another value is read after it ends with 1", async () => {
    const read = to.read.bind(to);
    to.read = async (place) => {
      if (to.values.has("openai")) to.values.set("openai", others.openai);
      return read(place);
    };
    const { code, keys } = await outcomes("openai", "--rotate");
    expect([code, keys["openai"]]).toStrictEqual([1, "failed"]);
  }, 15_000);
});

test("a copy waits for a store whose copies lag behind", async () => {
  const read = to.read.bind(to);
  let reads = 0;
  to.read = (place) => (++reads < 4 ? Promise.resolve(undefined) : read(place));
  expect((await outcomes("openai")).keys["openai"]).toBe("written");
});

describe("after a copy the file", () => {
  const inFile = () => [...from.values.keys()];

  test("is blanked of what has arrived, with --blank", async () => {
    destination({ values: { anthropic: others.anthropic } });
    const { code, stderr } = await copy("--all", "--blank");
    expect([code, inFile()]).toStrictEqual([3, ["anthropic"]]);
    expect(stderr).toContain("taken out: OPENAI_API_KEY, GEMINI_API_KEY, SNYK_TOKEN");
  });

  test("stays, and the command is named, where nobody is to be asked", async () => {
    expect((await copy("--all")).stderr).toContain("--blank takes them out");
    terminal.mockReturnValue(true);
    expect((await copy("--all", "--json")).stderr).toContain("--blank takes them out");
    expect(question).not.toHaveBeenCalled();
    expect(inFile()).toStrictEqual(Object.keys(values));
  });

  test.each([
    [true, []],
    [false, ["anthropic"]],
  ])("is blanked when somebody says so: %s", async (answer, left) => {
    source({ values: { anthropic: values.anthropic } });
    terminal.mockReturnValue(true);
    question.mockResolvedValue(answer);
    await copy("--all");
    expect(question).toHaveBeenCalledWith("Take ANTHROPIC_API_KEY out of memory of dotenv?");
    expect(inFile()).toStrictEqual(left);
  });

  test("keeps a key that nobody could read where it was copied to", async () => {
    destination({ refuse: (call) => (call === "read" ? "denied" : undefined) });
    const { code, stderr } = await copy("--all", "--blank");
    expect([code, inFile()]).toStrictEqual([1, Object.keys(values)]);
    expect(stderr).toContain(
      "memory of dotenv still has the values, because none could be read back where it went; fix: the same command with --blank, by somebody who may read there",
    );
    // Nobody asked for it there: the same is said, and the copy is done.
    destination({ refuse: (call) => (call === "read" ? "denied" : undefined) });
    const again = await copy("--all");
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("still has the values, because none");
  });

  test("keeps those that nobody could read there, and tells of each", async () => {
    destination({
      refuse: (call, key) => (call === "read" && key === "openai" ? "denied" : undefined),
    });
    const { code, stderr } = await copy("--all", "--blank");
    expect([code, inFile()]).toStrictEqual([1, ["openai"]]);
    expect(stderr).toContain("OPENAI_API_KEY: stays in memory of dotenv");
    expect(stderr).not.toContain("GEMINI_API_KEY: stays");
  });

  test("keeps a value that is another one by then", async () => {
    const read = from.read.bind(from);
    let reads = 0;
    from.read = (place) => {
      if (++reads === 2) from.values.set("anthropic", others.anthropic);
      return read(place);
    };
    const { code, stderr } = await copy("anthropic", "--blank");
    expect([code, from.values.get("anthropic")]).toStrictEqual([1, others.anthropic]);
    expect(stderr).toContain("has another value by now, which stays");
  });

  test("is none with a store elsewhere", async () => {
    source({ clearable: false });
    const { code, stderr } = await copy("--all", "--blank");
    expect(code).toBe(2);
    expect(stderr).toContain("--blank: dotenv is no file on this machine");
    expect(writes()).toStrictEqual([]);
  });
});
