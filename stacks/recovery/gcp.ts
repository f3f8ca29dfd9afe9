import type { Pending, PlatformArgs } from "../../infra/contracts/platform";
import type { GcpSettings } from "../../infra/gcp/settings";
import { credentialOf } from "../../stores/gcp/credential";
import {
  Management,
  ManagementError,
  type ManagementConnection,
} from "../../stores/gcp/management";
import { again, listed, located, type Inputs } from "./gcpIds";
import { bound, boundId } from "./gcpPolicies";

type Args = PlatformArgs<GcpSettings>;

const connection = async ({ settings }: Args): Promise<ManagementConnection> => ({
  credential: await credentialOf(settings),
});

/** The types whose outcome can be settled. */
export const recoverable: readonly string[] = [
  ...[located, bound, listed].flatMap((all) => Object.keys(all)),
  ...again,
];

/**
 * The id of a resource whose creation was cut off, if the project has it. Bindings are looked for too: made again they
 * would be the same, and forgotten they would stay where the settings no longer have them.
 * @throws ManagementError where the caller may not look: then nobody knows, and nothing is forgotten
 */
export async function existingId(
  { type, inputs }: Pending,
  args: Args,
  connect: (args: Args) => ManagementConnection | Promise<ManagementConnection> = connection,
): Promise<string | undefined> {
  if (!type.startsWith("gcp:") || again.includes(type)) return undefined;
  const { projectId, projectNumber } = args.settings;
  const all = { project: projectId, projectNumber, ...shortened(inputs) };
  const client = async (): Promise<Management> => new Management(await connect(args));
  const one = located[type];
  if (one) {
    const [api, path, id] = [one.api, one.path, one.id].map((text) => filled(text, all));
    const answer = await (await client()).get(api ?? "", path ?? "");
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw new ManagementError(path ?? "", answer);
    return one.there?.(answer.body as Inputs, all) === false ? undefined : id;
  }
  const binding = bound[type];
  if (binding) {
    const [api = "", of = ""] = [binding.api, binding.of].map((text) => filled(text, all));
    return boundId({ ...binding, api, of }, await client(), all);
  }
  const list = listed[type];
  if (list) return listedId(list, await client(), type, all);
  throw new Error(
    `${type}: nobody knows where to look for it, so it is not forgotten either; fix: add its id to stacks/recovery/gcpIds.ts`,
  );
}

/** Inputs that may be an id as well as the name at its end, as the provider takes them. */
function shortened(inputs: Inputs): Inputs {
  const last = (name: string): Inputs => {
    const value = inputs[name];
    return typeof value === "string" ? { [name]: value.split("/").at(-1) } : {};
  };
  return { ...inputs, ...last("project"), ...last("secretId"), ...last("topic") };
}

/** A text with inputs in it. */
const filled = (template: string, inputs: Inputs): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = inputs[name];
    if (typeof value !== "string" || value === "") {
      throw new Error(`${template}: ${name} is not known`);
    }
    return value;
  });

/** The one of a list that has the same of what a creation was asked for. */
async function listedId(
  { path, field, same }: (typeof listed)[string],
  client: Management,
  type: string,
  inputs: Inputs,
): Promise<string | undefined> {
  const all = (await client.list("monitoring", filled(path, inputs), field)) ?? [];
  const found = (all as Inputs[]).filter((one) =>
    same.every((name) => isSame(one[name], inputs[name])),
  );
  if (found.length > 1) {
    throw new Error(
      `${type}: there are ${String(found.length)} of this name, ${found.map(({ name }) => String(name)).join(", ")}; fix: delete those that are not in the state`,
    );
  }
  return found[0]?.["name"] as string | undefined;
}

/** Labels in any order; none are as an empty set of them. */
function isSame(a: unknown, b: unknown): boolean {
  const plain = (value: unknown): unknown =>
    typeof value === "object" && value !== null ? Object.entries(value).sort() : (value ?? []);
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}
