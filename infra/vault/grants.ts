import type { Consumer, Environment } from "../environment";
import { entriesFor } from "./layout";
import type { Rule, VaultCapability } from "./policyDocument";
import type { StoreSettings } from "./settings";

/**
 * What a client needs for its own token. The server's `default` policy gives this and more to every token; ours are
 * issued without it (`tokenNoDefaultPolicy`), so it is named here.
 */
export const ownToken: readonly Rule[] = [
  { path: "auth/token/lookup-self", capabilities: ["read"], why: "clients check their token" },
  { path: "auth/token/renew-self", capabilities: ["update"], why: "and renew it" },
  { path: "auth/token/revoke-self", capabilities: ["update"], why: "and give it back" },
];

interface EntryGrant {
  readonly on: "data" | "metadata" | "subkeys";
  readonly capabilities: readonly VaultCapability[];
  readonly why: string;
}

const read: EntryGrant = { on: "data", capabilities: ["read"], why: "read the values" };
const inspect: readonly EntryGrant[] = [
  { on: "subkeys", capabilities: ["read"], why: "see which fields there are, not their values" },
  { on: "metadata", capabilities: ["read"], why: "see versions and ages" },
];

/** KV v2 paths by purpose: https://openbao.org/api-docs/secret/kv/kv-v2/ */
const byConsumer: Readonly<Record<Consumer, readonly EntryGrant[]>> = {
  app: [read],
  ci: [read],
  breakGlass: [read, ...inspect],
  operator: [
    {
      on: "data",
      // `patch` writes one field, but the server answers 404 to it while there is no version; the first put is an
      // `update`, because the declared metadata counts as something that exists. Whoever replaces a whole entry
      // without seeing it can be undone: `cas` is required and old versions are kept.
      capabilities: ["update", "patch"],
      why: "write with cas, without reading",
    },
    ...inspect,
  ],
  rotator: [
    {
      on: "data",
      capabilities: ["read", "update", "patch"],
      why: "read, replace and put back",
    },
    ...inspect,
  ],
};

/** Everything that a consumer may do: its own token, and exact paths of its own entries. */
export function consumerRules(
  consumer: Consumer,
  environment: Environment,
  settings: StoreSettings,
): readonly Rule[] {
  const entries = entriesFor(consumer, environment, settings);
  return [
    ...ownToken,
    ...entries.flatMap(({ path }) =>
      byConsumer[consumer].map(({ on, capabilities, why }) => ({
        path: `${settings.kv.path}/${on}/${path}`,
        capabilities,
        why,
      })),
    ),
  ];
}
