import { examplesOf, pages, type Example } from "../support/docs";
import { answer, asksForValues, prepareFolder, writeEnvFile } from "./support/docsUser";
import { openPlace, type Place } from "./support/place";

/** Lines that are run by another test, by its name. A line that is neither here nor run below fails. */
const elsewhere: Readonly<Record<string, string>> = {
  "npm ci && npm run sandbox": "sandbox.test.ts; `npm ci` by .ci/run",
  "npm ci && npm test": ".ci/run",
  "npm run rehearse -- --stack prod": "rehearse.test.ts",
  "pulumi import -s dev --file import.json --protect=false --generate-code=false":
    "kill.test.ts: there has to be something to import",
};

/** What a page takes for granted. */
const before: Readonly<Record<string, readonly string[]>> = {
  "docs/recovery.md": ["pulumi stack init dev", "pulumi up -s dev"],
  "docs/values.md": ["pulumi stack init dev", "pulumi up -s dev"],
};

/** Commands that ask before they act; a test has nobody to ask. */
const asks = /^pulumi (up|destroy|refresh|import|cancel)\b/;

async function run({ shell }: Place, line: string): Promise<void> {
  const own = /^npx promptsentinel-secrets (.*)$/.exec(line);
  const pulumi = /^pulumi (.*)$/.exec(line);
  if (!own && !pulumi) {
    throw new Error(`no test runs \`${line}\`; fix: run it here, or name the test that does`);
  }
  const { exitCode, all } = own
    ? asksForValues(line)
      ? await answer(shell, line)
      : await shell.startCommand(own[1] ?? "")
    : await shell.pulumi(`${pulumi?.[1] ?? ""}${asks.test(line) ? " --yes" : ""}`);
  expect([line, exitCode, exitCode === 0 ? "" : all]).toEqual([line, 0, ""]);
}

const withExamples = pages
  .map((page) => [page, examplesOf(page)] as const)
  .filter(([, examples]) => examples.length > 0);

test("there are examples, in the pages that should have them", () => {
  expect(withExamples.map(([page]) => page)).toEqual(
    expect.arrayContaining(["README.md", "docs/recovery.md", "docs/values.md"]),
  );
});

describe.each(withExamples)("the examples of %s", (page, examples) => {
  const inPlace = async (some: readonly Example[], first: readonly string[] = []) => {
    const place = await openPlace();
    try {
      const lines = [...first, ...some.flatMap(({ lines }) => lines)];
      await prepareFolder(place.shell);
      if (lines.some((line) => line.includes("--from dotenv"))) await writeEnvFile(place.shell);
      for (const line of lines.filter((one) => !(one in elsewhere))) await run(place, line);
    } finally {
      await place.close();
    }
  };

  test("work as they stand, one after another", () =>
    inPlace(
      examples.filter(({ ownServer }) => !ownServer),
      before[page],
    ));

  for (const example of examples.filter(({ ownServer }) => ownServer)) {
    test(`and those on a server of their own: ${example.lines.join("; ")}`, () =>
      inPlace([example], before[page]));
  }
});
