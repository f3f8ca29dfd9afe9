import { parse } from "yaml";
import { decoded, isSet, isUnknown, record } from "./support";
import { valueName } from "./valueBearing/names";

/** Inputs of a provider that are credentials under a name that does not say so. */
const alsoCredentials: Readonly<Record<string, readonly string[]>> = {
  // Tokens of an identity: whoever holds one is it.
  vault: ["jwt", "parameters", "headers"],
};

/** Inputs that take a path or the content of the file; a path is no credential. */
const pathOrContent = ["credentials", "kubeconfig"];

/** `scheme://user:password@host`, in whatever input it stands. */
const credentialInUrl = /:\/\/[^/@\s]*:[^/@\s]+@/;

/**
 * Paths of the inputs of a provider that hold a credential. Names decide, as they do for resources, so providers that
 * this project does not know are covered too; only texts can be credentials, switches such as
 * `useDefaultAzureCredential` cannot.
 */
export function credentialsIn(
  provider: string,
  props: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(props).flatMap(([name, value]) => inputs(provider, [name], value));
}

function inputs(provider: string, path: readonly string[], given: unknown): readonly string[] {
  const name = path.at(-1) ?? "";
  if (!isSet(given)) return [];
  if (pathOrContent.includes(name))
    return isPath(given) || isHarmless(given) ? [] : [path.join(".")];
  const value = decoded(given);
  if (alsoCredentials[provider]?.includes(name) && isSet(value)) return [path.join(".")];
  if (Array.isArray(value)) return value.flatMap((element) => inputs(provider, path, element));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => inputs(provider, [...path, key], inner));
  }
  // A token of digits alone is decoded to a number, but came as a text.
  const text = typeof given === "string" && typeof value !== "boolean" && value !== null;
  const credential = valueName.test(name) || credentialInUrl.test(String(given));
  return text && isSet(value) && credential ? [path.join(".")] : [];
}

const isPath = (value: unknown): boolean =>
  typeof value === "string" &&
  !isUnknown(value) &&
  /^[^\s{}"]+$/.test(value) &&
  !value.startsWith("-----");

/** A kubeconfig whose users log in through a command, or a file: it names no credential. */
function isHarmless(value: unknown): boolean {
  const config = record(yamlOf(value));
  if (!Array.isArray(config["users"])) return false;
  // A proxy has an address too.
  if (credentialInUrl.test(JSON.stringify(config))) return false;
  return config["users"].every((entry) => {
    const user = record(record(entry)["user"]);
    const harmless = Object.keys(user).every((key) => harmlessUserKeys.includes(key));
    return harmless && !isGivenOne(record(user["exec"]));
  });
}

/** Whether a command is given a credential, as a variable or behind an option. */
function isGivenOne({ env, args }: Readonly<Record<string, unknown>>): boolean {
  const variables = [env ?? []].flat().map((one) => record(one)["name"]);
  const options = [args ?? []]
    .flat()
    .flatMap((one) => (typeof one === "string" ? (/^--?([^=]+)/.exec(one)?.[1] ?? []) : []));
  return [...variables, ...options].some((name) =>
    valueName.test(String(name).replace(/[-_]/g, "")),
  );
}

/** https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo */
const harmlessUserKeys = ["exec", "tokenFile", "client-certificate", "client-key"];

function yamlOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return parse(value) as unknown;
  } catch {
    return undefined;
  }
}
