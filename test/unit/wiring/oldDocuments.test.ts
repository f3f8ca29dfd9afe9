import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { wiring as command } from "../../../cli/commands/wiring";
import { wiringJsonSchema, wiringSchema, type Wiring } from "../../../infra/wiring/document";
import { render, renderers } from "../../../infra/wiring/render";
import * as aws from "../../fixtures/aws";
import { documentOf } from "../../fixtures/documentOf";
import * as azure from "../../fixtures/azure";
import { inTempDir } from "../../fixtures/tempDir";
import * as vault from "../../fixtures/vault";

const file = (version: string): string =>
  join(__dirname, "../../fixtures/wiring", `${version}.json`);
const read = (version: string): unknown => JSON.parse(readFileSync(file(version), "utf8"));
const documentIn = (version: string): Wiring => wiringSchema.parse(read(version));

const validate = new Ajv({ strict: false }).compile(wiringJsonSchema());

const everywhere = ["json", "env", "compose", "externalSecret", "helm", "kustomize"];
const pipelines = ["github", "gitlab"];

/**
 * Documents as the last program of a version gave them, of the fullest fixtures, and the formats that they can be had
 * in today. `ecs` takes full ARNs alone, which came with 1.2. Nor do they say whose tokens the pipeline has, by which
 * one of `github` and `gitlab` is refused since.
 */
const versions = [
  {
    version: "1.0",
    raw: { ...aws.max, vault: vault.max["vault"] },
    formats: {
      vault: [...everywhere, ...pipelines],
      aws: [...everywhere, "cloudformation", "terraform", "tfvars", ...pipelines],
    },
  },
  {
    version: "1.1",
    raw: { ...azure.max, vault: vault.max["vault"], aws: aws.max["aws"] },
    formats: {
      vault: [...everywhere, ...pipelines],
      aws: [...everywhere, "cloudformation", "terraform", "tfvars", ...pipelines],
      azure: [...everywhere, "containerApps", ...pipelines],
    },
  },
] as const;

/** Formats that take what came later where it is there. */
const byLater: readonly string[] = ["json", "cloudformation", "terraform", "tfvars", ...pipelines];

const cases = versions.flatMap(({ version, raw, formats }) =>
  Object.entries(formats).map(([platform, can]) => ({ version, raw, platform, can })),
);

describe.each(versions)("a document of version $version", ({ version, formats }) => {
  test("is taken by the schema, in both of its forms", () => {
    expect(documentIn(version).version).toBe(version);
    expect(wiringSchema.parse(read(version))).toStrictEqual(read(version));
    expect(validate(read(version))).toBe(true);
  });

  test("has these platforms", () => {
    expect(Object.keys(documentIn(version).platforms)).toEqual(Object.keys(formats));
  });

  test("is not taken as one of another major version", () => {
    for (const other of ["2.0", "2.1", "0.9", "11.0", "1", "1.x", "1.0.0", " 1.0"]) {
      const document = { ...documentIn(version), version: other };
      expect(wiringSchema.safeParse(document).success).toBe(false);
      expect(validate(document)).toBe(false);
    }
  });

  test("is still taken as one of a later minor version", () => {
    const document = { ...documentIn(version), version: "1.10" };
    expect(wiringSchema.safeParse(document).success).toBe(true);
    expect(validate(document)).toBe(true);
  });
});

describe.each(cases)("$platform of version $version", ({ version, raw, platform, can }) => {
  const made = (document: Wiring, format: string): string | undefined => {
    try {
      return render(document, format, { platform });
    } catch (error) {
      // What else goes wrong is no refusal.
      expect((error as Error).message).toMatch(
        new RegExp(`^format: got ${format} of ${platform}: `),
      );
      return undefined;
    }
  };

  test("can be had in these formats, and in no other", () => {
    const formats = Object.keys(renderers).filter(
      (format) => made(documentIn(version), format) !== undefined,
    );
    expect(formats.sort()).toEqual([...can].sort());
  });

  // Comments may say more where a document says less.
  const withoutComments = (text: string | undefined) => text?.replaceAll(/^ *#.*\n/gm, "");

  test("says the same in them as today's document", async () => {
    const today = await documentOf(raw);
    for (const format of can.filter((one) => !byLater.includes(one))) {
      const then = withoutComments(made(documentIn(version), format));
      expect(then).toMatch(/\w/);
      expect(then).toBe(withoutComments(made(today, format)));
    }
  });

  test("says of a pipeline's job nothing else, but for what came later", async () => {
    const lines = (document: Wiring) => made(document, "github")?.split("\n") ?? [];
    const then = lines(documentIn(version));
    const today = lines(await documentOf(raw));
    expect(then.length).toBeGreaterThan(10);
    expect(then.filter((line) => !today.includes(line))).toEqual([]);
    for (const line of today.filter((one) => !then.includes(one))) {
      expect(line).toMatch(/^ +(environment|audience): /);
    }
  });

  test("all of its names are today's", async () => {
    const today = (await documentOf(raw)).platforms[platform];
    const then = documentIn(version).platforms[platform];
    expect(today).toMatchObject({
      secretMethod: then?.secretMethod,
      env: then?.env,
      references: then?.references,
      identities: then?.identities,
    });
  });
});

test.each(["cloudformation", "terraform"])(
  "%s has no hole where a document has no ARN",
  (format) => {
    const text = render(documentIn("1.0"), format, { platform: "aws" });
    for (const secret of ["api-keys", "cache", "gdpr"]) expect(text).toContain(secret);
    expect(text).not.toMatch(/undefined|:secret:promptsentinel/);
  },
);

test("ecs says what brings them", () => {
  expect(() => render(documentIn("1.1"), "ecs", { platform: "aws" })).toThrow(
    /no full ARN of promptsentinel\/api-keys, .*fix: run the stack again with this version/,
  );
});

test("the command refuses another major version, and says which it takes", () =>
  inTempDir(async (folder) => {
    const path = join(folder, "wiring.json");
    writeFileSync(path, JSON.stringify({ ...documentIn("1.1"), version: "2.0" }));
    await expect(command({ file: path, format: "json" })).rejects.toThrow(
      /^wiring: this is not a wiring document of version 1\n {2}- version: /,
    );
  }));
