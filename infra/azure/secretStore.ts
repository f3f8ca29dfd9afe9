import { Vault } from "@pulumi/azure-native/keyvault/vault";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type { OperatorTask } from "../contracts/capability";
import type * as contract from "../contracts/secretStore";
import { limits } from "../limits";
import { endpoints } from "./endpoints";
import { explainKept, explainVault } from "./errorHooks";
import {
  groupName,
  isSeeded,
  secretName,
  vaultGroup,
  vaultId,
  vaultName,
  vaultUrl,
} from "./layout";
import type { StoreSettings } from "./settings";

export interface SecretStoreArgs extends ComponentArgs {
  readonly settings: StoreSettings;
}

/**
 * The vault. A secret of it cannot exist without a value, so secrets are declared in the wiring and written with their
 * first value; no placeholder is made. The vault, which may hold values, is never deleted by the program.
 */
export class SecretStore extends Component implements contract.SecretStore {
  public readonly references: Readonly<Record<string, contract.SecretReference>>;
  public readonly adoption: contract.Adoption;
  /** First values that are still to be put in. */
  public readonly tasks: readonly OperatorTask[];
  /** What has to be there before anything else of the group. */
  public readonly group: readonly pulumi.Resource[];
  /** What has to be there before anything of the vault. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: SecretStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure", "SecretStore", name, { ...args }, opts);
    const { environment, settings } = args;
    this.adoption = settings.vault.mode;
    this.group = settings.resourceGroup.mode === "create" ? [this.resourceGroup(args)] : [];
    this.after = this.group;
    this.ready = [...this.group, ...this.vault(args)];
    this.after = this.ready;
    endpoints(environment, settings, this.children());
    this.references = references(args);
    this.tasks = unseeded(args);
    this.registerOutputs({ references: this.references, adoption: this.adoption });
  }

  /** What may hold values is in it, so it stays. */
  private resourceGroup({ environment, settings }: SecretStoreArgs): ResourceGroup {
    return new ResourceGroup(
      this.childName("group"),
      {
        resourceGroupName: groupName(environment, settings),
        location: settings.location,
        tags: environment.tags,
      },
      this.childOptions({
        retainOnDelete: true,
        hooks: {
          onError: [
            explainKept(
              this.childName("group"),
              groupName(environment, settings),
              "azure.resourceGroup.mode",
            ),
          ],
        },
      }),
    );
  }

  private vault(args: SecretStoreArgs): readonly pulumi.Resource[] {
    const { environment, settings } = args;
    if (this.adoption === "external") return [];
    const name = vaultName(environment, settings);
    const adopted = this.adoption === "adopt";
    const vault = new Vault(
      this.childName("vault"),
      {
        resourceGroupName: vaultGroup(environment, settings),
        vaultName: name,
        location: settings.location,
        properties: properties(settings),
        ...(adopted ? {} : { tags: environment.tags }),
      },
      this.childOptions({
        retainOnDelete: true,
        ...(adopted
          ? {
              import: vaultId(environment, settings),
              // Its network, its protection and its tags are its owner's.
              ignoreChanges: ["location", "properties", "tags"],
            }
          : { hooks: { onError: [explainVault(this.childName("vault"), name)] } }),
      }),
    );
    return [vault];
  }
}

/** https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update */
function properties({ tenantId, vault, network }: StoreSettings) {
  const { allowedIps, allowedSubnets, trustedServices } = network;
  const listed = allowedIps.length + allowedSubnets.length > 0;
  return {
    tenantId,
    sku: { family: "A", name: vault.sku },
    ...(vault.recover && { createMode: "recover" as const }),
    enableRbacAuthorization: true,
    enableSoftDelete: true,
    softDeleteRetentionInDays: vault.softDeleteDays,
    enablePurgeProtection: true,
    // Nobody else takes what is in it: no machine, no disk, no template.
    enabledForDeployment: false,
    enabledForDiskEncryption: false,
    enabledForTemplateDeployment: false,
    publicNetworkAccess: listed ? "Enabled" : "Disabled",
    networkAcls: {
      defaultAction: "Deny",
      bypass: trustedServices ? "AzureServices" : "None",
      ipRules: allowedIps.map((value) => ({ value })),
      virtualNetworkRules: allowedSubnets.map((id) => ({ id })),
    },
  };
}

const references = ({ environment, settings }: SecretStoreArgs): SecretStore["references"] =>
  Object.fromEntries(
    environment.keys.map((key) => [
      key.id,
      {
        key: key.id,
        env: key.env,
        locator: locator(vaultUrl(environment, settings), secretName(key, settings)),
        container: {
          contentType: "text/plain",
          // Of a key that must not rotate too: somebody looks whether it is still wanted. Reads go on after it.
          // https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#date-time-controlled-operations
          expiresAfterDays: key.maxAgeDays ?? limits.keyMaxAgeDays,
          tags: { app: environment.app, stage: environment.stage, key: key.id },
        },
      },
    ]),
  );

/** For the loader the vault and the name; for Container Apps and App Service, which refer to a secret, its address. */
const locator = (vault: string, name: string) => ({
  vaultUrl: vault,
  name,
  secretUrl: `${vault}secrets/${name}`,
});

/** Where secrets get their first value, and their readers' grants the up after it. */
function unseeded({ environment, settings }: SecretStoreArgs): readonly OperatorTask[] {
  return environment.keys
    .filter((key) => !isSeeded(key, settings))
    .map((key) => ({
      concern: "SecretStore",
      title: `${key.env} has no value yet, and its readers no grant: put it in, add ${key.id} to azure.secrets.seeded, and run the program again`,
      text: `npx promptsentinel-secrets secrets put ${key.id} --to azure --stack <stack>`,
    }));
}
