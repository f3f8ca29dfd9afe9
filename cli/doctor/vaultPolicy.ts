import { consumers, type Consumer } from "../../infra/environment";
import type { PlatformWiring, Wiring } from "../../infra/wiring/document";
import { consumerRules } from "../../infra/vault/grants";
import { record, type VaultClient } from "../../stores/vault/client";
import type { Place } from "../../stores/store";
import type { Check, Checks } from "./check";
import { environmentOf, kvOf } from "./environment";
import type { VaultToken } from "./vaultToken";

/** Paths at which none of the deployment's identities may do anything. A question about one needs no such thing there. */
const never = [
  "sys/mounts",
  "sys/auth",
  "sys/policies/acl/promptsentinel-doctor",
  "auth/token/create",
];

/** Whose token it is, by its policies; undefined where it is of nobody that the deployment knows. */
export function consumerOf(
  { policies }: VaultToken,
  platform: PlatformWiring | undefined,
): Consumer | undefined {
  return consumers.find((one) => {
    const { name } = platform?.identities[one] ?? {};
    return name !== undefined && policies.includes(name);
  });
}

/** What a token may do at a path, as far as it was told. */
type Has = (path: string) => readonly string[];

/**
 * What the token may do at the exact paths. An identity of the deployment has what its stack gives it and no more; of
 * any other token it is said what it may.
 */
export async function policy(
  say: Checks,
  client: VaultClient,
  token: VaultToken,
  places: readonly Place[],
  wiring: Wiring | undefined,
): Promise<readonly Check[]> {
  const platform = wiring?.platforms["vault"];
  const consumer = consumerOf(token, platform);
  const entries = [
    ...new Set(places.map(({ locator }) => `${locator["mount"] ?? ""} ${locator["path"] ?? ""}`)),
  ].map((entry) => entry.split(" ") as [mount: string, path: string]);
  const paths = [
    ...entries.flatMap(([mount, path]) =>
      ["data", "subkeys", "metadata"].map((part) => `${mount}/${part}/${path}`),
    ),
    ...never,
  ];
  const told = await byCapabilities(client, paths);
  const has = told ?? (await byReading(client, paths));
  if (paths.some((path) => has(path).includes("root"))) {
    return [
      say.warning(
        "policy",
        "this is a root token, or as good: it may do everything, so nothing is told of what the application may",
        "look again with the token of the identity that is meant",
      ),
    ];
  }
  return consumer === undefined || wiring === undefined || platform === undefined
    ? ofAnybody(say, entries, has)
    : ofConsumer(say, consumer, { wiring, platform, paths, has, readsAlone: told === undefined });
}

/**
 * By sys/capabilities-self: a POST, because it has a body, that changes nothing.
 * https://openbao.org/api-docs/system/capabilities-self/
 * @returns undefined where the token may not ask, as those of the deployment's identities may not
 */
async function byCapabilities(
  client: VaultClient,
  paths: readonly string[],
): Promise<Has | undefined> {
  const { status, body } = await client.call("POST", "sys/capabilities-self", { paths });
  if (status !== 200) return undefined;
  return (path) => {
    const list = record(body)[path];
    return (Array.isArray(list) ? list.map(String) : []).filter((one) => one !== "deny");
  };
}

/** By doing it, as far as that changes nothing. What is read is looked at by nobody. */
async function byReading(client: VaultClient, paths: readonly string[]): Promise<Has> {
  const read = await Promise.all(
    paths.map(async (path) => ((await client.call("GET", path)).status === 403 ? [] : [path])),
  );
  const may = new Set(read.flat());
  // No token reads this one: it is for making others.
  may.delete("auth/token/create");
  return (path) => (may.has(path) ? ["read"] : []);
}

function ofConsumer(
  say: Checks,
  consumer: Consumer,
  asked: {
    readonly wiring: Wiring;
    readonly platform: PlatformWiring;
    readonly paths: readonly string[];
    readonly has: Has;
    readonly readsAlone: boolean;
  },
): readonly Check[] {
  const { wiring, platform, paths, has, readsAlone } = asked;
  const kv = { ...kvOf(platform), mode: "external", maxVersions: 1 } as const;
  const rules = consumerRules(consumer, environmentOf(wiring), { kv });
  const expected = (path: string): readonly string[] =>
    (rules.find((rule) => rule.path === path)?.capabilities ?? []).filter(
      (one) => !readsAlone || one === "read",
    );
  const missing = paths.flatMap((path) => off(path, expected(path), has(path)));
  const more = paths.flatMap((path) => off(path, has(path), expected(path)));
  const fix = `\`pulumi up --stack <the ${wiring.stage} stack>\` puts the policy of ${consumer} back`;
  const checks = [
    ...(missing.length > 0
      ? [say.failed("policy", `${consumer} misses ${missing.join(", ")}`, fix)]
      : []),
    ...(more.length > 0
      ? [
          say.failed(
            "policy",
            `${consumer} has more than its stack gives it: ${more.join(", ")}`,
            fix,
          ),
        ]
      : []),
  ];
  if (checks.length > 0) return checks;
  return [
    say.ok(
      "policy",
      readsAlone
        ? `${consumer} reads what its stack lets it, and no more; who may not ask what he may is not tried in writing`
        : `${consumer} has what its stack gives it, and no more`,
    ),
  ];
}

const off = (
  path: string,
  some: readonly string[],
  others: readonly string[],
): readonly string[] => {
  const left = some.filter((one) => !others.includes(one));
  return left.length === 0 ? [] : [`${left.join(" and ")} on ${path}`];
};

function ofAnybody(
  say: Checks,
  entries: readonly (readonly [mount: string, path: string])[],
  has: Has,
): readonly Check[] {
  const reads = entries.filter(([mount, path]) => has(`${mount}/data/${path}`).includes("read"));
  const sees = entries.filter(([mount, path]) =>
    ["subkeys", "metadata"].some((part) => has(`${mount}/${part}/${path}`).includes("read")),
  );
  const administers = never.filter((path) => has(path).length > 0);
  const names = (some: typeof entries): string =>
    some.map(([mount, path]) => `${mount}/${path}`).join(", ") || "none";
  const may = `reads ${names(reads)}; sees ages of ${names(sees)}`;
  if (administers.length > 0) {
    return [
      say.warning(
        "policy",
        `${may}; and administers the server (${administers.join(", ")})`,
        "give the application a token of its own identity, not this one",
      ),
    ];
  }
  return reads.length === 0 && sees.length === 0
    ? [
        say.failed(
          "policy",
          "the token may see none of the keys",
          "log in as an identity of the deployment, or have an administrator grant it the exact paths",
        ),
      ]
    : [say.ok("policy", may)];
}
