import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";

/** What an SDK says of a resource type. */
export interface ResourceClass {
  readonly type: string;
  /** Arguments without which its constructor throws. */
  readonly required: readonly string[];
  /** Properties that it has in any case once it is made, with the TypeScript type of each. */
  readonly outputs: Readonly<Record<string, string>>;
}

const require = createRequire(join(__dirname, "sdk.ts"));

/** Modules of a package by their paths in lower case: tokens and folders do not always agree on that. */
const modules = new Map<string, ReadonlyMap<string, string>>();
const classes = new Map<string, ResourceClass>();

/**
 * Reads the class of a type from the installed SDK, which is generated from the provider's schema: its constructor
 * names the arguments that are required, its declarations the type of each output.
 * @throws when the package is not installed or has no such type
 */
export function resourceClass(type: string): ResourceClass {
  const known = classes.get(type);
  if (known) return known;
  const [packageName = ""] = type.split(":");
  const file = candidates(type)
    .map((path) => modulesOf(packageName).get(path))
    .find((path) => path !== undefined && readFileSync(path, "utf8").includes(`'${type}'`));
  if (file === undefined && isCustom(type)) return custom(type);
  if (file === undefined) {
    throw new Error(
      `${type}: the installed @pulumi/${packageName} has no such resource; fix: check the type, or install the version that has it`,
    );
  }
  const found = {
    type,
    required: matches(readFileSync(file, "utf8"), /Missing required property '(\w+)'/g),
    outputs: outputsIn(readFileSync(file.replace(/\.js$/, ".d.ts"), "utf8")),
  };
  classes.set(type, found);
  return found;
}

/**
 * `aws:kms/key:Key` is in `kms/key`, `kubernetes:core/v1:Secret` in `core/v1/secret`, `vault:index/mount:Mount` in `mount`,
 * `kubernetes:networking.k8s.io/v1:NetworkPolicy` in `networking/v1/networkpolicy`.
 */
function candidates(type: string): readonly string[] {
  const [, module = "", name = ""] = type.toLowerCase().split(":");
  const path = module.replace(/^index\//, "");
  return [path, `${path}/${name}`, `${path.replace(/\.[^/]*/, "")}/${name}`, name];
}

/** Of a definition that a cluster has been given, and no SDK knows; Kubernetes keeps groups of `k8s.io` for itself. */
const isCustom = (type: string): boolean =>
  /^kubernetes:(?!([\w-]+\.)*k8s\.io\/)[\w-]+(\.[\w-]+)+\/v\w+:\w+$/.test(type);

/** What the SDK says of every such resource. */
const custom = (type: string): ResourceClass => ({
  ...resourceClass("kubernetes:core/v1:ServiceAccount"),
  ...{ type, required: [] },
});

function modulesOf(packageName: string): ReadonlyMap<string, string> {
  const known = modules.get(packageName);
  if (known) return known;
  const root = dirname(require.resolve(`@pulumi/${packageName}/package.json`));
  const found = new Map(
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".js") && !path.includes("node_modules"))
      .map((path) => [path.slice(0, -3).split(sep).join("/").toLowerCase(), join(root, path)]),
  );
  modules.set(packageName, found);
  return found;
}

const matches = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = ""]) => name)),
];

/** `readonly arn: pulumi.Output<string>;`: one that may be undefined is the provider's to leave out. */
const outputsIn = (declarations: string): ResourceClass["outputs"] =>
  Object.fromEntries(
    [...declarations.matchAll(/^ {4}readonly (\w+)!?: pulumi\.Output<([\s\S]*?)>;$/gm)]
      .map(([, name = "", type = ""]) => [name, type.trim()] as const)
      .filter(([name, type]) => name !== "urn" && !/\|\s*undefined$/.test(type)),
  );
