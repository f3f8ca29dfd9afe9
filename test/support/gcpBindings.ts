import type { Recorded } from "./mocks";

export type Resources = readonly Pick<Recorded, "name" | "type" | "inputs">[];

/** One role, for one member, on one resource. */
export interface Binding {
  readonly name: string;
  readonly role: string;
  readonly member: string;
  /** What it is on: everything below that too. */
  readonly scope: string;
  readonly condition?: { readonly expression: string };
}

type Inputs = Readonly<Record<string, string>>;

const secret = ({ project = "", location, secretId = "" }: Inputs): string =>
  secretId.includes("/")
    ? secretId
    : `projects/${project}${location === undefined ? "" : `/locations/${location}`}/secrets/${secretId}`;

/** A bucket's name says nothing of its project. */
function bucket({ bucket: name = "" }: Inputs, resources: Resources): string {
  const own = resources.find(
    ({ type, inputs }) => type === "gcp:storage/bucket:Bucket" && inputs["name"] === name,
  );
  if (!own) throw new Error(`bucket ${name}: whose is it? it is not among the resources`);
  return `projects/${String(own.inputs["project"])}/buckets/${name}`;
}

/** Where each kind of grant is made. */
const scopes: Readonly<Record<string, (inputs: Inputs, resources: Resources) => string>> = {
  "gcp:projects/iAMMember:IAMMember": ({ project = "" }) => `projects/${project}`,
  "gcp:secretmanager/secretIamMember:SecretIamMember": secret,
  "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember": secret,
  "gcp:serviceaccount/iAMMember:IAMMember": ({ serviceAccountId = "" }) => serviceAccountId,
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": ({ cryptoKeyId = "" }) => cryptoKeyId,
  "gcp:kms/keyRingIAMMember:KeyRingIAMMember": ({ keyRingId = "" }) => keyRingId,
  "gcp:pubsub/topicIAMMember:TopicIAMMember": ({ project = "", topic = "" }) =>
    topic.includes("/") ? topic : `projects/${project}/topics/${topic}`,
  "gcp:storage/bucketIAMMember:BucketIAMMember": bucket,
  "gcp:bigquery/datasetIamMember:DatasetIamMember": ({ project = "", datasetId = "" }) =>
    `projects/${project}/datasets/${datasetId}`,
};

/** What else grants, or takes all others' grants away: not known here. */
const grants = /^gcp:[^:]+:\w*(iam(Member|Binding|Policy)|Access)$/i;

/**
 * Grants that the engine recorded. Not among them: the list that a dataset of BigQuery has of its own.
 * @throws when one is of a kind that is not known here
 */
export const bindingsOf = (resources: Resources): readonly Binding[] =>
  resources.flatMap(({ name, type, inputs }) => {
    const scope = scopes[type];
    if (!scope) {
      if (grants.test(type)) throw new Error(`${name} of type ${type}: not known here`);
      return [];
    }
    const { role, member, condition } = inputs as unknown as Binding;
    return [
      {
        ...{ name, role, member, scope: scope(inputs as Inputs, resources) },
        ...(condition && { condition }),
      },
    ];
  });
