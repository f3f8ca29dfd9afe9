import { all } from "../../../../cli/doctor/all";
import { atOf, putCommand } from "../../../../cli/doctor/put";
import { StoreError } from "../../../../stores/errors";

let thrown: Error;
jest.mock("../../../../cli/doctor/azure", () => ({ azure: () => Promise.reject(thrown) }));
jest.mock("../../../../cli/doctor/gcp", () => ({ gcp: () => Promise.resolve([]) }));

const looked = async (error: Error) => {
  thrown = error;
  const question = { wiring: undefined, env: {}, dir: "", at: " --stack dev", withEngine: false };
  const checks = await all({ ...question, stores: ["azure", "gcp"], note: () => undefined });
  return checks.filter(({ of }) => of !== "machine");
};

test.each([
  [Object.assign(new Error("the body was s3cr3t"), { code: "ECONNRESET" }), "ECONNRESET"],
  [Object.assign(new Error("the body was s3cr3t"), { name: "RestError", code: 5 }), "RestError"],
  [new TypeError("s3cr3t is not a function"), "TypeError"],
])("an exception of one store is told by its code or name alone: %#", async (error, name) => {
  const found = await looked(error);
  expect(found).toMatchObject([
    {
      ...{ of: "azure", status: "not visible to you" },
      message: `could not be looked at (${name})`,
      fix: expect.stringContaining("doctor --method azure --stack dev`") as string,
    },
  ]);
  expect(JSON.stringify(found)).not.toContain("s3cr3t");
});

test("a store's own refusal is its failure, with its fix", async () => {
  const error = new StoreError("missing", "azure", "what: is wrong", "mend it");
  expect(await looked(error)).toMatchObject([
    { of: "azure", status: "failed", message: "what: is wrong", fix: "mend it" },
  ]);
});

test.each([
  [{}, ""],
  [{ stack: "prod" }, " --stack prod"],
  [{ file: "w.json", stack: "prod" }, " --file w.json"],
  [{ file: "my w.json" }, " --file 'my w.json'"],
  [{ file: "-" }, " --file <the wiring document>"],
])("a fix names the deployment that is looked at: %j", (options, at) => {
  expect(putCommand("openai", "vault", atOf(options))).toBe(
    `\`promptsentinel-secrets secrets put openai --to vault${at}\``,
  );
});
