import type * as pulumi from "@pulumi/pulumi";
import type { Key } from "@pulumi/aws/kms/key";
import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretPolicy } from "@pulumi/aws/secretsmanager/secretPolicy";
import { Component, type ComponentArgs } from "../component";
import type { OperatorTask } from "../contracts/capability";
import type * as contract from "../contracts/secretStore";
import { encryptionKey } from "./encryptionKey";
import { explainSecret } from "./errorHooks";
import { keyPolicy } from "./keyPolicy";
import { entriesOf, keyAlias, keyAt, type Entry } from "./layout";
import { policyDocument } from "./policyDocument";
import { secretPolicy } from "./secretPolicy";
import type { StoreSettings } from "./settings";

export interface SecretStoreArgs extends ComponentArgs {
  readonly settings: StoreSettings;
}

/**
 * One secret for each group of keys, without a version, encrypted by one key of the environment in each region. What
 * may hold a value, and the key without which it is none, is never deleted by the program.
 */
export class SecretStore extends Component implements contract.SecretStore {
  public readonly references: Readonly<Record<string, contract.SecretReference>>;
  public readonly adoption: contract.Adoption;
  /** ARNs of the keys that encrypt the secrets, in each region; none where AWS manages the key. */
  public readonly keyArns: readonly pulumi.Input<string>[];
  /** ARNs of the secrets by their names, with what the service adds to a name; none of secrets that are external. */
  public readonly secretArns: Readonly<Record<string, pulumi.Input<string>>>;
  /** What guards secrets that are not ours is their owner's to put there. */
  public readonly tasks: readonly OperatorTask[];

  constructor(name: string, args: SecretStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("aws", "SecretStore", name, { ...args }, opts);
    const { environment, settings } = args;
    this.adoption = settings.secrets.mode;
    const entries = entriesOf(environment.keys, settings);
    const { keyArn } = settings.encryption;
    this.keyArns = keyArn === undefined ? [] : [keyArn];
    const secretArns: Record<string, pulumi.Input<string>> = {};
    if (this.adoption === "create") {
      const home = this.key("key", settings.region, args);
      const replicas = settings.secrets.replicas.map((region) => ({
        region,
        kmsKeyId: this.key(`key-${region}`, region, args).arn,
      }));
      this.keyArns = [home.arn, ...replicas.map(({ kmsKeyId }) => kmsKeyId)];
      for (const entry of entries) {
        secretArns[entry.name] = this.secret(entry, home, replicas, args).arn;
      }
    }
    if (this.adoption === "adopt") {
      for (const entry of entries) secretArns[entry.name] = this.adopted(entry, args);
    }
    this.secretArns = secretArns;
    this.tasks = this.adoption === "create" ? [] : entries.map((entry) => ownersTask(entry, args));
    this.references = references(args);
    this.registerOutputs({ references: this.references, adoption: this.adoption });
  }

  private key(suffix: string, region: string, { environment, settings }: SecretStoreArgs): Key {
    return encryptionKey(
      suffix,
      {
        region,
        alias: keyAlias(environment),
        description: `Encrypts the ${environment.stage} keys of ${environment.app}`,
        policy: keyPolicy(environment, { ...settings, region }),
        encryption: settings.encryption,
        environment,
        kept: explainSecret,
      },
      this.children(),
    );
  }

  /** https://www.pulumi.com/registry/packages/aws/api-docs/secretsmanager/secret/ */
  private secret(
    entry: Entry,
    key: Key,
    replicas: readonly { readonly region: string; readonly kmsKeyId: pulumi.Output<string> }[],
    { environment, settings }: SecretStoreArgs,
  ): Secret {
    const secret = new Secret(
      this.childName(entry.id),
      {
        name: entry.name,
        description: `Holds ${entry.keys.map(({ env }) => env).join(", ")}`,
        kmsKeyId: key.arn,
        recoveryWindowInDays: settings.secrets.recoveryDays,
        replicas: [...replicas],
        tags: environment.tags,
      },
      this.childOptions({
        retainOnDelete: true,
        hooks: { onError: [explainSecret(this.childName(entry.id), entry.name)] },
      }),
    );
    new SecretPolicy(
      this.childName(`${entry.id}-policy`),
      {
        secretArn: secret.arn,
        policy: policyDocument(secretPolicy(entry, environment, settings)),
        blockPublicPolicy: true,
      },
      // A secret that stays keeps what guards it.
      this.childOptions({ retainOnDelete: true }),
    );
    return secret;
  }

  /** It is tracked; its encryption, replicas and policy are its owner's. */
  private adopted({ guide, id, name }: Entry, { settings }: SecretStoreArgs): string {
    const arn = settings.secrets.arns[guide] ?? "";
    new Secret(
      this.childName(id),
      { name },
      this.childOptions({
        import: arn,
        retainOnDelete: true,
        ignoreChanges: ["description", "kmsKeyId", "recoveryWindowInDays", "replicas", "tags"],
      }),
    );
    return arn;
  }
}

const ownersTask = (entry: Entry, { environment, settings }: SecretStoreArgs): OperatorTask => ({
  concern: "SecretStore",
  title: `${entry.name} is its owner's: this is the policy that keeps others from reading it`,
  text: policyDocument(secretPolicy(entry, environment, settings)),
});

const references = ({ environment, settings }: SecretStoreArgs): SecretStore["references"] =>
  Object.fromEntries(
    environment.keys.map((key) => [
      key.id,
      {
        key: key.id,
        env: key.env,
        locator: { region: settings.region, ...keyAt(key, settings) },
      },
    ]),
  );
