import { formsIn } from "../../../../cli/guard/forms";
import { excuse } from "../../../../cli/guard/marker";
import { isPlaceholder } from "../../../../cli/guard/placeholder";
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
    ["nothing", "OPENAI_API_KEY=\nANTHROPIC_API_KEY="],
  ])("is not: %s", (_, text) => {
    expect(keysIn(text)).toStrictEqual([]);
  });

  test("random keys are hardly ever taken for placeholders", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    let state = 7;
    const next = () => (state = (state * 48_271) % 2_147_483_647);
    const keys = Array.from({ length: 5000 }, () =>
      Array.from({ length: 48 }, () => alphabet[next() % 64]).join(""),
    );
    expect(keys.filter(isPlaceholder).length).toBeLessThan(10);
  });
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
