import { RegionalSecret } from "@pulumi/gcp/secretmanager/regionalSecret";
import { Secret } from "@pulumi/gcp/secretmanager/secret";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/secretStore";
import type { Key } from "../environment";
import { inSeconds } from "./durations";
import { encryptionKeys } from "./encryptionKeys";
import { awaitGrants, awaitService, explainSecret } from "./errorHooks";
import { keyId, replicaLocations, secretId, secretName } from "./layout";
import { rotationOf, rotationTopic } from "./rotationTopic";
import { enabledServices } from "./services";
import type { StoreSettings } from "./settings";

export interface SecretStoreArgs extends ComponentArgs {
  readonly settings: StoreSettings;
}

/** What of a secret of somebody else's is not set: all that may be. */
const ofOwner = [
  ...["annotations", "customerManagedEncryption", "deletionProtection", "expireTime", "labels"],
  ...["replication", "rotation", "tags", "topics", "ttl", "versionAliases", "versionDestroyTtl"],
];

/** One secret for each key, without a version: values are put in by whoever has them, never by the program. */
export class SecretStore extends Component implements contract.SecretStore {
  public readonly references: Readonly<Record<string, contract.SecretReference>>;
  public readonly adoption: contract.Adoption;
  /** What has to be there before anything else of the project. */
  public readonly apis: readonly pulumi.Resource[];
  /** What has to be there before anything of the secrets. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: SecretStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gcp", "SecretStore", name, { ...args }, opts);
    const { environment, settings } = args;
    this.adoption = settings.secrets.mode;
    this.apis = enabledServices(settings, this.children());
    this.after = this.apis;
    this.retries = settings.apis === "enable" ? [awaitService(name)] : [];
    const before =
      this.adoption === "create"
        ? [
            ...encryptionKeys(environment, settings, this.children()),
            ...rotationTopic(environment, settings, this.children()),
          ]
        : [];
    this.after = [...this.apis, ...before];
    const secrets =
      this.adoption === "external" ? [] : environment.keys.map((key) => this.secret(key, args));
    this.ready = [...this.apis, ...secrets];
    this.references = Object.fromEntries(
      environment.keys.map((key) => [
        key.id,
        { key: key.id, env: key.env, locator: locator(key, settings) },
      ]),
    );
    this.registerOutputs({ references: this.references, adoption: this.adoption });
  }

  /** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets#Secret */
  private secret(key: Key, { environment, settings }: SecretStoreArgs): pulumi.Resource {
    const { projectId: project, location, secrets } = settings;
    const name = secretName(key, settings);
    const own = this.childName(key.id);
    const adopted = this.adoption === "adopt";
    const common = {
      ...{ project, secretId: name },
      labels: { ...environment.tags, key: key.id },
      annotations: { env: key.env },
      versionDestroyTtl: inSeconds(secrets.destroyDelayDays),
      // Against anybody's destroy but the engine's, which keeps it.
      deletionProtection: true,
      ...rotationOf(key, environment, settings),
    };
    const options = this.childOptions({
      // It may hold values.
      retainOnDelete: true,
      ...(adopted
        ? { import: secretId(name, settings), ignoreChanges: ofOwner }
        : {
            // An alias is whoever's who works with versions.
            ignoreChanges: ["rotation.nextRotationTime", "versionAliases"],
            hooks: {
              onError: [awaitGrants(own), explainSecret(own, name)],
            },
          }),
    });
    const keyOf = (at: string) => {
      const kmsKeyName = keyId(environment, settings, at);
      return kmsKeyName === undefined ? {} : { customerManagedEncryption: { kmsKeyName } };
    };
    if (secrets.replication === "regional") {
      return new RegionalSecret(own, { ...common, location, ...keyOf(location) }, options);
    }
    const replicas = replicaLocations(settings);
    const replication =
      secrets.replication === "automatic"
        ? { auto: keyOf("global") }
        : { userManaged: { replicas: replicas.map((at) => ({ location: at, ...keyOf(at) })) } };
    return new Secret(own, { ...common, replication }, options);
  }
}

/** For the loader the project and the name; for what takes a version's address, that. */
function locator(key: Key, settings: StoreSettings): Readonly<Record<string, string>> {
  const name = secretName(key, settings);
  const regional = settings.secrets.replication === "regional";
  return {
    ...{ projectId: settings.projectId, name, version: "latest" },
    resource: `${secretId(name, settings)}/versions/latest`,
    // https://cloud.google.com/secret-manager/regional-secrets/access-regional-secret-version
    ...(regional && {
      location: settings.location,
      endpoint: `secretmanager.${settings.location}.rep.googleapis.com`,
    }),
  };
}
