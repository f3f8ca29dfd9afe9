import * as generic from "@pulumi/vault/generic/endpoint";
import * as vaultMount from "@pulumi/vault/mount";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/secretStore";
import { appName } from "../naming";
import { awaitKvSetup, explainTaken } from "./errorHooks";
import { entriesOf, keyAt, type Entry } from "./layout";
import type { StoreSettings } from "./settings";

export interface SecretStoreArgs extends ComponentArgs {
  readonly settings: StoreSettings;
}

/** What the description of a mount of ours starts with; the pre-flight tells by it whose mount it found. */
export const mountMark = `${appName}: keys of the`;

/**
 * A KV version 2 mount with one entry per group of keys, declared by metadata alone: versions kept, check-and-set,
 * limits of age. Neither the mount nor an entry is ever deleted by the program, because both may hold values.
 */
export class SecretStore extends Component implements contract.SecretStore {
  public readonly references: Readonly<Record<string, contract.SecretReference>>;
  public readonly adoption: contract.Adoption;

  constructor(name: string, args: SecretStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vault", "SecretStore", name, { ...args }, opts);
    const { environment, settings } = args;
    const mount = this.mount(args);
    const hooks = { onError: [awaitKvSetup(name)] };
    for (const entry of entriesOf(environment.keys, settings)) {
      new generic.Endpoint(
        this.childName(entry.path.split("/").slice(-1).join()),
        {
          // Metadata exists without a version, so the first put can still ask for cas=0.
          path: `${settings.kv.path}/metadata/${entry.path}`,
          dataJson: JSON.stringify(entryMetadata(entry, settings)),
          // The server fills in fields that are not ours: versions, times.
          ignoreAbsentFields: true,
          // Deleting metadata deletes every version with it.
          disableDelete: true,
        },
        this.childOptions({ retainOnDelete: true, hooks, ...(mount && { dependsOn: [mount] }) }),
      );
    }
    this.adoption = settings.kv.mode;
    this.references = references(args);
    this.registerOutputs({ references: this.references, adoption: this.adoption });
  }

  private mount({ environment, settings }: SecretStoreArgs): vaultMount.Mount | undefined {
    const { mode, path } = settings.kv;
    if (mode === "external") return undefined;
    return new vaultMount.Mount(
      this.childName("mount"),
      {
        path,
        type: "kv",
        options: { version: "2" },
        ...(mode === "create" ? { description: `${mountMark} ${environment.stage} stage` } : {}),
      },
      this.childOptions({
        retainOnDelete: true,
        // An adopted mount's own settings stay as they are: we track it, its owner tunes it.
        ...(mode === "adopt"
          ? { import: path, ignoreChanges: ["description", "options", "defaultLeaseTtlSeconds"] }
          : { hooks: { onError: [explainTaken(this.childName("mount"), path, "vault.kv.mode")] } }),
      }),
    );
  }
}

/** https://openbao.org/api-docs/secret/kv/kv-v2/#createupdate-metadata */
const entryMetadata = (entry: Entry, settings: StoreSettings): object => ({
  max_versions: settings.kv.maxVersions,
  cas_required: true,
  // Old versions leave by `max_versions`; a time would also take the live one.
  delete_version_after: "0s",
  custom_metadata: Object.fromEntries(
    entry.keys.flatMap((key): [string, string][] => {
      const { field } = keyAt(key, settings);
      return [
        [`${field}_rotation`, key.rotation],
        ...(key.maxAgeDays === undefined
          ? []
          : [[`${field}_max_age_days`, String(key.maxAgeDays)] as [string, string]]),
      ];
    }),
  ),
});

const references = ({ environment, settings }: SecretStoreArgs): SecretStore["references"] =>
  Object.fromEntries(
    environment.keys.map((key) => [
      key.id,
      { key: key.id, env: key.env, locator: { mount: settings.kv.path, ...keyAt(key, settings) } },
    ]),
  );
