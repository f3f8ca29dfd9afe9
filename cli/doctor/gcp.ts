import { GoogleAuth, type AuthClient } from "google-auth-library";
import {
  Management,
  ManagementError,
  ManagementUnreachable,
  messageOf,
} from "../../stores/gcp/management";
import { stores } from "../../stores";
import type { Place } from "../../stores/store";
import { accessOf } from "./access";
import { Checks, type Check } from "./check";
import { duration } from "./duration";
import { presences } from "./keys";
import { nameChecks } from "./names";
import { network } from "./network";
import { placesOf, type Subject } from "./subject";

const say = new Checks("gcp");

const login =
  "`gcloud auth application-default login`, or GOOGLE_APPLICATION_CREDENTIALS in a pipeline";

/** Google Cloud Secret Manager, as Application Default Credentials see it. */
export async function gcp(subject: Subject): Promise<readonly Check[]> {
  const places = placesOf("gcp", subject);
  const { projectId = "", location } = places[0]?.locator ?? {};
  const api = location === undefined ? "secretmanager" : `secretmanager.${location}.rep`;
  const rest = ["credentials", "token", "policy", "key present", "name", "audit"] as const;
  if (projectId === "") {
    return [
      say.failed(
        "address",
        "GCP_PROJECT_ID is not set: the guide's loader skips this store without a word",
        "`export GCP_PROJECT_ID=<the project's id>`, or name the deployment with --stack",
      ),
      ...say.skipped("there is no project", "tls", "clock", ...rest),
    ];
  }
  const { checks, reached } = await network(say, `https://${api}.googleapis.com`, {
    setting: "HTTPS_PROXY",
    byProxy: true,
  });
  if (!reached || checks.some(({ check, status }) => check === "tls" && status === "failed")) {
    return [...checks, ...say.skipped("the service cannot be asked", ...rest)];
  }
  const signed = await signIn(projectId);
  if (!("client" in signed)) return [...checks, ...signed.checks];
  const who = [say.ok("credentials", "a token was given"), lifetime(signed.client)];
  return [...checks, ...who, ...(await inside(subject, places, { api, projectId, ...signed }))];
}

async function signIn(
  projectId: string,
): Promise<{ readonly client: AuthClient } | { readonly checks: readonly Check[] }> {
  try {
    const scopes = ["https://www.googleapis.com/auth/cloud-platform"];
    const client = await new GoogleAuth({ projectId, scopes }).getClient();
    await client.getAccessToken();
    return { client };
  } catch (error) {
    return {
      checks: [
        say.failed("credentials", `nobody is signed in (${messageOf(error)})`, login),
        ...say.skipped("nobody is signed in", "token", "policy", "key present", "name", "audit"),
      ],
    };
  }
}

function lifetime({ credentials }: AuthClient): Check {
  const end = credentials.expiry_date;
  return end === undefined || end === null
    ? say.ok("token", "the token tells no end")
    : say.ok(
        "token",
        `good for ${duration((end - Date.now()) / 1000)}, and then another is asked for`,
      );
}

interface Inside {
  readonly client: AuthClient;
  readonly api: string;
  readonly projectId: string;
}

async function inside(
  subject: Subject,
  places: readonly Place[],
  { client, api, projectId }: Inside,
): Promise<readonly Check[]> {
  const store = stores.gcp()({ env: subject.env, dir: "", note: subject.note });
  const management = new Management({ credential: client });
  try {
    const [keys, record] = await Promise.all([
      presences(say, store, places, subject),
      audit(management, projectId),
    ]);
    const missing = keys.filter((one) => one.missing).map(({ place }) => place);
    return [
      accessOf(
        say,
        keys,
        "have an administrator give it roles/secretmanager.secretAccessor on the secrets",
      ),
      ...keys.map(({ check }) => check),
      ...(missing.length > 0
        ? await names(management, { api, at: subject.at }, missing, places)
        : []),
      record,
    ];
  } finally {
    await store.close();
  }
}

/** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/list */
async function names(
  management: Management,
  { api, at }: { readonly api: string; readonly at: string },
  missing: readonly Place[],
  places: readonly Place[],
): Promise<readonly Check[]> {
  const parent = /^(.*)\/secrets\//.exec(places[0]?.locator["resource"] ?? "")?.[1] ?? "";
  try {
    const all = (await management.list(api, `v1/${parent}/secrets`, "secrets")) ?? [];
    const found = all.map((one) => (one as { name?: string }).name?.split("/").at(-1) ?? "");
    return nameChecks(say, missing, found, { store: "gcp", places, at });
  } catch (error) {
    return [
      unseen(
        "name",
        error,
        "list the project's secrets",
        `gcloud secrets list --project=${parent.split("/")[1] ?? ""}`,
      ),
    ];
  }
}

/** Reads of values are recorded only where the project says so. https://cloud.google.com/secret-manager/docs/audit-logging */
async function audit(management: Management, projectId: string): Promise<Check> {
  const command = `gcloud projects get-iam-policy ${projectId} --format='yaml(auditConfigs)'`;
  try {
    const path = `v3/projects/${projectId}:getIamPolicy`;
    const answer = await management.ask("cloudresourcemanager", path, {});
    if (answer.status !== 200) throw new ManagementError(path, answer);
    const { auditConfigs = [] } = answer.body as { auditConfigs?: AuditConfig[] };
    const reads = auditConfigs.some(
      ({ service = "", auditLogConfigs = [] }) =>
        ["allServices", "secretmanager.googleapis.com"].includes(service) &&
        auditLogConfigs.some(({ logType }) => logType === "DATA_READ"),
    );
    return reads
      ? say.ok("audit", "reads of values are recorded (DATA_READ)")
      : say.failed(
          "audit",
          "the project does not record reads of values",
          "turn gcp.audit on in the stack's config and `pulumi up`",
        );
  } catch (error) {
    return unseen("audit", error, "read the project's policy", command);
  }
}

interface AuditConfig {
  readonly service?: string;
  readonly auditLogConfigs?: readonly { readonly logType?: string }[];
}

function unseen(check: "audit" | "name", error: unknown, what: string, command: string): Check {
  if (error instanceof ManagementError) {
    const message = `this identity may not ${what} (${String(error.answer.status)})`;
    return say.unseen(check, message, `have an administrator run \`${command}\``);
  }
  if (!(error instanceof ManagementUnreachable)) throw error;
  return say.unseen(check, `${error.api}: no answer (${error.reason})`, `\`${command}\``);
}
