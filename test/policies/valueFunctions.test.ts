import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..", "..");

const sources = ["infra", "stacks"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file)),
);

/** Modules that a source imports, by `import`, `export … from`, `import()` or `require()`. */
const modulesOf = (text: string): readonly string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

/** A function of a provider, which asks and puts what it is told into the program. */
const isFunction = (module: string): boolean => /^@pulumi\/.*\/get[A-Z]\w*$/.test(module);

/**
 * A policy is shown resources, and no calls: a value that a function reads would be seen only where a resource is given
 * it. So the program calls none. Those that are known to answer values are the reason.
 */
test("the program calls no function of a provider", () => {
  expect(sources.length).toBeGreaterThan(50);
  const calls = sources.flatMap((file) =>
    modulesOf(readFileSync(join(root, file), "utf8"))
      .filter(isFunction)
      .map((module) => `${file}: ${module}`),
  );
  expect(calls).toEqual([]);
});

test.each([
  "gcp/secretmanager/getSecretVersion",
  "gcp/secretmanager/getSecretVersionAccess",
  "gcp/secretmanager/getRegionalSecretVersion",
  "gcp/secretmanager/getRegionalSecretVersionAccess",
  "gcp/kms/getKMSSecret",
  "gcp/kms/getKMSSecretAsymmetric",
  "gcp/serviceaccount/getAccountAccessToken",
  "gcp/serviceaccount/getAccountIdToken",
  "gcp/serviceaccount/getAccountJwt",
  "gcp/storage/getBucketObjectContent",
  "gcp/storage/getObjectSignedUrl",
  "gcp/monitoring/getSecretVersion",
  "aws/secretsmanager/getSecretVersion",
  "vault/kv/getSecretV2",
])("such as %s, which the SDK has", (name) => {
  const module = `@pulumi/${name}`;
  expect(existsSync(join(root, "node_modules", `${module}.js`))).toBe(true);
  const text = `import { a } from "${module}";\nconst b = () => import("${module}");`;
  expect(modulesOf(text).filter(isFunction)).toEqual([module, module]);
});
