import { isEnvFile } from "../../../../cli/guard/envFiles";
import { formsIn } from "../../../../cli/guard/forms";
import { excuse } from "../../../../cli/guard/marker";
import { added, scan, textOf } from "../../../../cli/guard/scan";
import { needleOf } from "../../../../cli/guard/needles";
import { SecretValue } from "../../../../stores/secretValue";

/** Of a key's form, and put together here, so that this file holds none. */
const random = "Ab3dE6gH9jKlMnOpQrStUvWxYz0f2i5Lo8Cq1RkT4vB7";
const hex = "4f1c9a7be2038d56f0a1b2c3d4e5f60718293a4b5c6d7e8f9012a3b4c5d6e7f8";
const anthropic = `sk-ant-api03-${random}`;
const openai = `sk-proj-${random}`;
const gemini = `AIza${random.slice(0, 35)}`;
const gemini2 = `AQ.${random}`;
const snyk = `snyk_uat.1fcad39e.${random.slice(0, 20)}.${random.slice(0, 20)}`;
const password = "kR7vQ2mX9tLw4zBn";
const uuid = "3f7a1c52-9b0e-4d68-8a2c-5e91d7b3f046";

const keysIn = (text: string): readonly string[] => formsIn(text).map(({ key }) => key);

describe("what has a key's form", () => {
  test.each([
    ["ANTHROPIC_API_KEY", `client = Client("${anthropic}")`],
    ["ANTHROPIC_API_KEY", `"a\\n${anthropic}\\n"`],
    ["OPENAI_API_KEY", `curl -H 'Authorization: Bearer ${openai}'`],
    ["OPENAI_API_KEY", `sk-${random.replace("-", "")}`],
    ["GEMINI_API_KEY", `https://example.com/v1?key=${gemini}&alt=json`],
    ["GEMINI_API_KEY", `key: ${gemini2}`],
    ["SNYK_TOKEN", `snyk auth ${snyk}`],
    ["SNYK_TOKEN", `SNYK_TOKEN=${uuid}`],
    ["SNYK_TOKEN", `  SNYK_TOKEN: "${uuid}"`],
    ["REDIS_PASSWORD", `os.environ["REDIS_PASSWORD"] = "${password}"`],
    ["REDIS_PASSWORD", `{"REDIS_PASSWORD":"${password}"}`],
    ["GDPR_MASTER_KEY", `GDPR_MASTER_KEY=${random.slice(0, 43)}=`],
    ["GEMINI_API_KEY", `export GEMINI_API_KEY='${random}'`],
    ["OPENAI_API_KEY", `  OPENAI_API_KEY: ${Buffer.from(openai).toString("base64")}`],
    ["DOTENV_KEY", `dotenv://:key_${hex}@dotenv.org/vault/.env.vault?environment=production`],
    ["DOTENV_PRIVATE_KEY", `DOTENV_PRIVATE_KEY_PRODUCTION="${hex}"`],
  ])("%s: in %#", (key, text) => {
    expect(keysIn(text)).toStrictEqual([key]);
  });

  test.each([
    ["a hash", `sha256:${hex}`],
    ["an id", `id: ${uuid}`],
    ["a word that goes on", `task-ant-${random} desk-${random} xAIza${random.slice(0, 35)}`],
    ["a class of CSS", ".sk-fading-circle .sk-circle-fade-dot"],
    ["a placeholder", "ANTHROPIC_API_KEY=sk-ant-your-key-here-1234"],
    ["the default of the application", "REDIS_PASSWORD=changeme-in-production2"],
    ["the same letter", `ANTHROPIC_API_KEY=sk-ant-api03-${"x".repeat(40)}`],
    ["the alphabet", "sk-ant-api03-abcdefghijklmnopqrstuvwxyz"],
    ["a reference of Compose", "ANTHROPIC_API_KEY: ${ANTHROPIC_API_KEY:?is not set}"],
    ["a reference of a pipeline", "OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}"],
    [
      "an ARN",
      "GEMINI_API_KEY: arn:aws:secretsmanager:us-east-1:210987654321:secret:promptsentinel/api-keys-a1B2c3",
    ],
    ["code", 'REDIS_PASSWORD = settings.get("redis_password_2")'],
    ["a name", "GEMINI_API_KEY=gemini-api-key-v2-latest-version"],
    ["a reference of code", "const GEMINI_API_KEY = process.env.GEMINI_V2_TOKEN_VALUE;"],
    ["a reference of a config", "GEMINI_API_KEY=gemini.settings.v2.current_value"],
    ["nothing", "OPENAI_API_KEY=\nANTHROPIC_API_KEY="],
  ])("is not: %s", (_, text) => {
    expect(keysIn(text)).toStrictEqual([]);
  });

  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const made = (pick: (size: number) => number) => {
    const text = (count: number, of = alphabet): string =>
      Array.from({ length: count }, () => of[pick(of.length)]).join("");
    const digits = "0123456789abcdef";
    const uuid = [8, 4, 4, 4, 12].map((count) => text(count, digits)).join("-");
    return [
      ["ANTHROPIC_API_KEY", `sk-ant-api03-${text(93)}AA`],
      ["OPENAI_API_KEY", `sk-proj-${text(156)}`],
      ["OPENAI_API_KEY", `sk-${text(48, alphabet.slice(0, 62))}`],
      ["GEMINI_API_KEY", `AIzaSy${text(33)}`],
      ["GEMINI_API_KEY", `AQ.Ab8RN6${text(44)}`],
      ["SNYK_TOKEN", `snyk_uat.${text(8, digits)}.${text(27)}.${text(43)}`],
      ["SNYK_TOKEN", uuid],
      ["GDPR_MASTER_KEY", `${text(43)}=`],
    ] as const;
  };

  test("random keys of each vendor's form are found, but for one in many thousand", () => {
    let state = 7;
    const next = () => (state = (state * 48_271) % 2_147_483_647);
    const rounds = 5000;
    const missed = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      for (const [index, [key, value]] of made((size) =>
        Math.floor((next() / 2_147_483_647) * size),
      ).entries()) {
        const form = `${key} ${String(index)}`;
        const found = keysIn(`export ${key}="${value}"\n`).includes(key);
        missed.set(form, (missed.get(form) ?? 0) + (found ? 0 : 1));
      }
    }
    // A Fernet key has no beginning: one of 1600 has no digit, and is then like a name.
    const allowed = ([form]: [string, number]) => (form.startsWith("GDPR") ? 10 : 2);
    expect([...missed].filter((one) => one[1] > allowed(one))).toStrictEqual([]);
  });

  test.each(["my", "the", "some", "any"])(
    "a random key with %s in it is no placeholder",
    (word) => {
      expect(keysIn(`x = "sk-ant-api03-${random}-${word}_${random}"`)).toStrictEqual([
        "ANTHROPIC_API_KEY",
      ]);
    },
  );

  test("a random key of a vendor has no digit once in some hundred", () => {
    const letters = alphabet.slice(0, 52);
    const text = Array.from(letters, (_, at) => letters[(at * 23 + 5) % 52]).join("");
    expect(keysIn(`key=AIza${text.slice(0, 35)}`)).toStrictEqual(["GEMINI_API_KEY"]);
  });
});

test.each([
  [".env", true],
  [".env.keys", true],
  [".env.production", true],
  [".env.production.local", true],
  [".env.vault", false],
  [".env.example", false],
  [".env.production.sample", false],
  [".env.template", false],
  [".env.dist", false],
  [".envrc", false],
  ["app.env", false],
])("%s is made to hold values: %p", (name, expected) => {
  expect(isEnvFile(name)).toBe(expected);
});

describe("a line", () => {
  test.each([
    [`x = "${anthropic}" # promptsentinel:allow made up for this test`, "made up for this test"],
    ["<!-- promptsentinel:allow made up -->", "made up"],
    ["/* promptsentinel:allow */", ""],
    ["# promptsentinel:allow", ""],
    ["# promptsentinel", undefined],
  ])("is excused by a marker with a reason: %#", (line, reason) => {
    expect(excuse(line)).toBe(reason);
  });

  test("without a reason is told so; a value is never excused", () => {
    const own = needleOf({
      key: "OPENAI_API_KEY",
      where: ".env",
      value: new SecretValue(openai),
    });
    const text = [
      `a ${anthropic} promptsentinel:allow made up`,
      `b ${anthropic} promptsentinel:allow`,
      `c ${openai} promptsentinel:allow made up`,
    ].join("\n");
    expect(scan(text, [own])).toStrictEqual([
      { line: 2, key: "ANTHROPIC_API_KEY", kind: "form", unexplained: true },
      { line: 3, key: "OPENAI_API_KEY", kind: "value", where: ".env" },
    ]);
  });
});

describe("the caller's own value", () => {
  const value = 'kéy with "quotes" & a/slash+';
  const own = needleOf({ key: "REDIS_PASSWORD", where: ".env", value: new SecretValue(value) });
  const bytes = Buffer.from(value);
  test.each([
    ["as it is", value],
    ["in JSON", JSON.stringify({ a: value })],
    ["in a URL", `redis://:${encodeURIComponent(value)}@redis:6379`],
    ["in a form", String(new URLSearchParams({ a: value }))],
    ["in hex", bytes.toString("hex")],
    ["in base64", bytes.toString("base64")],
    ["in the middle of base64", Buffer.from(`ab${value}cd`).toString("base64")],
    ["in base64url", Buffer.from(`a${value}`).toString("base64url")],
  ])("is found %s", (_, text) => {
    const blob = Buffer.from(`first\n${text}\nlast`);
    expect(scan(textOf(blob), [own])).toMatchObject([{ line: 2, kind: "value" }]);
  });

  test.each([
    ["UTF-16 with its mark", Buffer.from(`\ufefffirst\n${value}`, "utf16le")],
    ["UTF-16 the other way around", Buffer.from(`\ufefffirst\n${value}`, "utf16le").swap16()],
    ["a binary file", Buffer.concat([Buffer.from([0, 1, 10, 255]), bytes])],
  ])("is found in %s", (_, blob) => {
    expect(scan(textOf(blob), [own])).toMatchObject([{ line: 2, kind: "value" }]);
  });
});

test("a key's form is found in UTF-16, as PowerShell writes files", () => {
  const blob = Buffer.from(`\ufefffirst\n$key = "${anthropic}"`, "utf16le");
  expect(scan(textOf(blob), [])).toMatchObject([{ line: 2, kind: "form" }]);
  expect(scan(textOf(blob.swap16()), [])).toMatchObject([{ line: 2, kind: "form" }]);
});

test("what a file held before is not new, wherever its line is now", () => {
  const line = `k = "${anthropic}"`;
  const text = `# moved\n${line}\nk = "${openai}"\n`;
  const hits = scan(text, []);
  expect(hits).toHaveLength(2);
  expect(added(text, hits, [`${line}\nother\n`])).toMatchObject([{ key: "OPENAI_API_KEY" }]);
});
