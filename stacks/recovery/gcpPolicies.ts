import {
  ManagementError,
  type Management,
  type ManagementAnswer,
} from "../../stores/gcp/management";
import type { Inputs } from "./gcpIds";

/** Where the policy is that a binding is part of. */
interface Bound {
  readonly api: string;
  /** What the policy is of, by its inputs in braces; the binding's own id begins with it. */
  readonly of: string;
  /** What is asked for the policy, of what it is of. @default `v1/{of}:getIamPolicy` */
  readonly path?: string;
  /** Of the two ways in which APIs are asked for a policy. @default "GET" */
  readonly method?: "GET" | "POST";
}

const project = "projects/{project}";

/** https://cloud.google.com/iam/docs/reference/rest/v1/Policy; BigQuery has a list of its own. */
export const bound: Readonly<Record<string, Bound>> = {
  "gcp:secretmanager/secretIamMember:SecretIamMember": {
    ...{ api: "secretmanager", of: `${project}/secrets/{secretId}` },
  },
  "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember": {
    api: "secretmanager.{location}.rep",
    of: `${project}/locations/{location}/secrets/{secretId}`,
  },
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": { api: "cloudkms", of: "{cryptoKeyId}" },
  "gcp:pubsub/topicIAMMember:TopicIAMMember": { api: "pubsub", of: `${project}/topics/{topic}` },
  "gcp:serviceaccount/iAMMember:IAMMember": {
    ...{ api: "iam", of: "{serviceAccountId}", method: "POST" },
  },
  "gcp:projects/iAMMember:IAMMember": {
    ...{ api: "cloudresourcemanager", of: "{project}", method: "POST" },
    path: "v3/projects/{of}:getIamPolicy",
  },
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": {
    ...{ api: "cloudresourcemanager", of: "{project}", method: "POST" },
    path: "v3/projects/{of}:getIamPolicy",
  },
  "gcp:storage/bucketIAMMember:BucketIAMMember": {
    ...{ api: "storage", of: "b/{bucket}", path: "storage/v1/{of}/iam" },
  },
  "gcp:bigquery/datasetIamMember:DatasetIamMember": {
    ...{ api: "bigquery", of: `${project}/datasets/{datasetId}`, path: "bigquery/v2/{of}" },
  },
};

interface Condition {
  readonly title?: string;
  readonly description?: string;
  readonly expression?: string;
}

interface Policy {
  readonly bindings?: readonly {
    readonly role?: string;
    readonly members?: readonly string[];
    readonly condition?: Condition;
  }[];
  readonly auditConfigs?: readonly {
    readonly service?: string;
    readonly auditLogConfigs?: readonly { readonly logType?: string }[];
  }[];
  /** Of BigQuery's datasets. https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets#Dataset */
  readonly access?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The id of a binding, if the policy has it.
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/tpgiamresource/resource_iam_member.go
 */
export async function boundId(
  { api, of, path = "v1/{of}:getIamPolicy", method = "GET" }: Bound,
  client: Management,
  inputs: Inputs,
): Promise<string | undefined> {
  const at = path.replace("{of}", of);
  const answer = await policyOf(client, api, at, method);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw new ManagementError(at, answer);
  const policy = answer.body as Policy;
  const { role, member, service } = inputs;
  if (typeof service === "string") {
    return audits(policy, service, inputs) ? `${of}/audit_config/${service}` : undefined;
  }
  const condition = inputs["condition"] as Condition | undefined;
  const there = policy.access ? grants(policy, inputs) : binds(policy, inputs, condition);
  if (!there) return undefined;
  const { title = "", description = "", expression = "" } = condition ?? {};
  return [of, role, member, ...(condition ? [title, description, expression] : [])].join("/");
}

/** A policy with conditions is given to who says that he knows them. https://cloud.google.com/iam/docs/policies#versions */
function policyOf(
  client: Management,
  api: string,
  path: string,
  method: "GET" | "POST",
): Promise<ManagementAnswer> {
  if (method === "POST") return client.ask(api, path, { options: { requestedPolicyVersion: 3 } });
  const name = path.endsWith(":getIamPolicy")
    ? "options.requestedPolicyVersion"
    : "optionsRequestedPolicyVersion";
  return client.get(api, path, { [name]: "3" });
}

const same = (a: unknown, b: unknown): boolean =>
  String(a).toLowerCase() === String(b).toLowerCase();

const binds = (
  { bindings = [] }: Policy,
  { role, member }: Inputs,
  wanted: Condition | undefined,
): boolean =>
  bindings.some(
    (one) =>
      one.role === role &&
      (["title", "description", "expression"] as const).every(
        (part) => (one.condition?.[part] ?? "") === (wanted?.[part] ?? ""),
      ) &&
      one.members?.some((each) => same(each, member)) === true,
  );

/** Every kind of event that is to be logged is. */
function audits({ auditConfigs = [] }: Policy, service: string, inputs: Inputs): boolean {
  const wanted = (inputs["auditLogConfigs"] ?? []) as readonly { readonly logType?: string }[];
  const found = auditConfigs.find((one) => one.service === service);
  return (
    found !== undefined &&
    wanted.every(({ logType }) => found.auditLogConfigs?.some((one) => one.logType === logType))
  );
}

/** Roles that a dataset names in its own way. https://cloud.google.com/bigquery/docs/access-control-basic-roles#dataset-basic-roles */
const basic: Readonly<Record<string, string>> = {
  OWNER: "roles/bigquery.dataOwner",
  WRITER: "roles/bigquery.dataEditor",
  READER: "roles/bigquery.dataViewer",
};

function grants({ access = [] }: Policy, { role, member }: Inputs): boolean {
  const [kind = "", ...rest] = String(member).split(":");
  const field = kind === "group" ? "groupByEmail" : "userByEmail";
  return access.some(
    (one) =>
      (basic[String(one["role"])] ?? one["role"]) === role && same(one[field], rest.join(":")),
  );
}
