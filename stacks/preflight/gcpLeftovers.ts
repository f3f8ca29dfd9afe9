import { daySeconds } from "../../infra/duration";
import type { Finding } from "../../infra/contracts/platform";
import { archiveName, auditLocation, auditName, poolName } from "../../infra/gcp/layout";
import { federationsOf, type Federation } from "../../infra/gcp/trust";
import type { Management, ManagementAnswer } from "../../stores/gcp/management";
import { unseen, type Args, type Look } from "./gcpFindings";
import { error } from "./findings";

/** What Google keeps of something that was deleted, with its name, and what stays locked. */
export const leftovers: Look = async (client, args) => {
  const { mode, storage } = args.settings.audit;
  const federations = federationsOf(args.settings, args.ci);
  const kinds = [...new Set(federations.map(({ pool }) => pool))];
  const found = await Promise.all([
    ...kinds.map((kind) =>
      pool(
        poolName(args.environment, args.settings, kind),
        federations.filter((one) => one.pool === kind),
        client,
        args,
      ),
    ),
    ...(mode === "create" ? [logBucket(client, args)] : []),
    ...(mode === "create" && storage.mode === "create" ? [archive(client, args)] : []),
  ]);
  return found.flat();
};

const isDeleted = ({ body }: ManagementAnswer): boolean =>
  (body as { state?: string }).state === "DELETED";

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools#State */
async function pool(
  name: string,
  providers: readonly Federation[],
  client: Management,
  args: Args,
): Promise<readonly Finding[]> {
  const { projectId } = args.settings;
  const at = `projects/${projectId}/locations/global/workloadIdentityPools/${name}`;
  const answer = await client.get("iam", `v1/${at}`);
  if (answer.status === 404) return [];
  if (answer.status !== 200) return unseen(name, answer, "iam.workloadIdentityPools.get", args);
  if (isDeleted(answer)) {
    const undelete = `gcloud iam workload-identity-pools undelete ${name} --location global --project ${projectId}`;
    return [
      error(
        `${name}: the identity pool is deleted, and its name is taken for 30 days; fix: choose another name (gcp.federation.name), or \`${undelete}\` and take it into the state (\`pulumi import\`)`,
      ),
    ];
  }
  const found = await Promise.all(providers.map(async ({ id }) => provider(id, at, client, args)));
  return found.flat();
}

async function provider(
  id: string,
  inPool: string,
  client: Management,
  args: Args,
): Promise<readonly Finding[]> {
  const answer = await client.get("iam", `v1/${inPool}/providers/${id}`);
  if (answer.status === 404) return [];
  if (answer.status !== 200) {
    return unseen(id, answer, "iam.workloadIdentityPoolProviders.get", args);
  }
  if (!isDeleted(answer)) return [];
  const name = inPool.split("/").at(-1) ?? "";
  const undelete = `gcloud iam workload-identity-pools providers undelete ${id} --workload-identity-pool ${name} --location global --project ${args.settings.projectId}`;
  return [
    error(
      `${id}: the provider in the identity pool ${name} is deleted, and its name is taken for 30 days; fix: choose another name for the pools (gcp.federation.name), or \`${undelete}\` and take it into the state (\`pulumi import\`)`,
    ),
  ];
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.locations.buckets#LogBucket */
async function logBucket(client: Management, args: Args): Promise<readonly Finding[]> {
  const { environment, settings } = args;
  const name = auditName(environment);
  const location = auditLocation(settings);
  const { retentionDays, lock } = settings.audit.bucket;
  const answer = await client.get(
    "logging",
    `v2/projects/${settings.projectId}/locations/${location}/buckets/${name}`,
  );
  if (answer.status === 404) return [];
  if (answer.status !== 200) return unseen(name, answer, "logging.buckets.get", args);
  const bucket = answer.body as {
    lifecycleState?: string;
    locked?: boolean;
    retentionDays?: number;
  };
  if (bucket.lifecycleState === "DELETE_REQUESTED") {
    return [
      error(
        `${name}: the log bucket is deleted, and gone after 7 days; fix: \`gcloud logging buckets undelete ${name} --location ${location} --project ${settings.projectId}\`, and it is taken up again with what is in it`,
      ),
    ];
  }
  if (bucket.locked !== true) return [];
  return [
    ...(lock === "locked" ? [] : [unlocked("gcp.audit.bucket", `the log bucket ${name}`)]),
    ...(bucket.retentionDays === retentionDays
      ? []
      : [
          error(
            `gcp.audit.bucket.retentionDays: got ${String(retentionDays)}, and the log bucket ${name} is locked at ${String(bucket.retentionDays)}, which never changes; fix: set it to that`,
          ),
        ]),
  ];
}

const unlocked = (setting: string, what: string): Finding =>
  error(
    `${setting}.lock: got unlocked, and ${what} is locked, which never ends; fix: set it to locked`,
  );

/**
 * One that is locked would be replaced to be unlocked, which fails and leaves it out of the state; fewer days are refused.
 * https://cloud.google.com/storage/docs/bucket-lock
 * https://cloud.google.com/storage/docs/json_api/v1/buckets#resource
 */
async function archive(client: Management, args: Args): Promise<readonly Finding[]> {
  const { environment, settings } = args;
  const name = archiveName(environment, settings);
  const { retentionDays, lock } = settings.audit.storage;
  const answer = await client.get("storage", `storage/v1/b/${name}`);
  if (answer.status === 404) return [];
  if (answer.status !== 200) return unseen(name, answer, "storage.buckets.get", args);
  const { retentionPolicy } = answer.body as {
    retentionPolicy?: { isLocked?: boolean; retentionPeriod?: string };
  };
  if (retentionPolicy?.isLocked !== true) return [];
  const days = Math.ceil(Number(retentionPolicy.retentionPeriod) / daySeconds);
  return [
    ...(lock === "locked" ? [] : [unlocked("gcp.audit.storage", `the bucket ${name}`)]),
    ...(retentionDays >= days
      ? []
      : [
          error(
            `gcp.audit.storage.retentionDays: got ${String(retentionDays)}, and the bucket ${name} is locked at ${String(days)}, which never becomes less; fix: set it to that or more`,
          ),
        ]),
  ];
}
