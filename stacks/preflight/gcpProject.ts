import type { Finding } from "../../infra/contracts/platform";
import { services } from "../../infra/gcp/services";
import type { GcpSettings } from "../../infra/gcp/settings";
import { disabledIn, type Management, type ManagementAnswer } from "../../stores/gcp/management";
import { otherProject, told, unseen, type Args, type Look } from "./gcpFindings";
import { error, warning } from "./findings";

/** Services that have to be on before the provider turns on any: it asks them of the project. */
const first = ["cloudresourcemanager.googleapis.com", "serviceusage.googleapis.com"] as const;

/** The project is the one that is meant, and its services are on or can be. */
export const place: Look = async (client, args) => {
  const { projectId, apis } = args.settings;
  const [project, states] = await Promise.all([
    // https://cloud.google.com/resource-manager/reference/rest/v3/projects/get
    client.get("cloudresourcemanager", `v3/projects/${projectId}`),
    // https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet
    client.get("serviceusage", `v1/projects/${projectId}/services:batchGet`, {
      names: needed(args.settings).map((service) => `projects/${projectId}/services/${service}`),
    }),
  ]);
  const refused = [project, states].find(({ status }) => status === 401);
  if (refused) {
    return [
      error(`Google: does not accept who is logged in (${told(refused)}); fix: log in again`),
    ];
  }
  // Nobody is told whether a project exists in which he has no role.
  if (apis === "enable" && [project, states].every((one) => isRefused(one))) {
    return [
      error(
        `gcp.projectId: got ${projectId}, which does not exist, or in which who is logged in has no role (${told(project)}); fix: correct it, or log in with a role in it`,
      ),
    ];
  }
  return [
    ...projectFindings(project, args),
    ...serviceFindings(states, args),
    ...(project.status === 200 ? await billing(client, args) : []),
  ];
};

const isRefused = (answer: ManagementAnswer): boolean =>
  (answer.status === 403 || answer.status === 404) && disabledIn(answer) === undefined;

const off = (all: readonly string[], projectId: string, why: string): Finding =>
  error(
    `${all.join(", ")}: off in ${projectId}, ${why}; fix: \`gcloud services enable ${all.join(" ")} --project ${projectId}\``,
  );

const early = "and the provider needs it before it turns on any service";

function* projectFindings(answer: ManagementAnswer, args: Args): Generator<Finding> {
  const { projectId, projectNumber } = args.settings;
  if (answer.status !== 200) {
    const wrong = otherProject(answer, args.settings);
    if (wrong) yield wrong;
    else if (disabledIn(answer) !== undefined) yield off([first[0]], projectId, early);
    else {
      yield warning(
        `gcp.projectNumber: not checked; the project could not be looked at (${told(answer)}); it needs resourcemanager.projects.get`,
      );
    }
    return;
  }
  const { name = "", state } = answer.body as { name?: string; state?: string };
  const number = name.replace("projects/", "");
  if (number !== projectNumber) {
    yield error(
      `gcp.projectNumber: got ${projectNumber}, and the number of ${projectId} is ${number}; fix: correct gcp.projectNumber, or gcp.projectId`,
    );
  }
  // https://cloud.google.com/resource-manager/docs/creating-managing-projects#shutting_down_projects
  if (state === "DELETE_REQUESTED") {
    yield error(
      `gcp.projectId: the project ${projectId} waits for its deletion; fix: \`gcloud projects undelete ${projectId}\`, or name another`,
    );
  }
}

/** What the settings need besides what every stack needs. */
function needed({ network, access, audit }: GcpSettings): readonly string[] {
  return [
    ...services,
    ...(network.perimeter === undefined ? [] : ["accesscontextmanager.googleapis.com"]),
    ...(access.forbidServiceAccountKeys ? ["orgpolicy.googleapis.com"] : []),
    ...(audit.storage.mode === "create" ? ["storage.googleapis.com"] : []),
    ...(audit.bigQuery.mode === "create" ? ["bigquery.googleapis.com"] : []),
  ].filter((service, at, all) => all.indexOf(service) === at);
}

function serviceFindings(answer: ManagementAnswer, args: Args): readonly Finding[] {
  const { projectId, apis } = args.settings;
  if (answer.status !== 200) {
    const wrong = otherProject(answer, args.settings);
    if (!wrong && disabledIn(answer) !== undefined) return [off([first[1]], projectId, early)];
    return unseen(
      `whether the services of ${projectId} are on`,
      answer,
      "serviceusage.services.get",
      args,
    );
  }
  const all = (answer.body as { services?: { name?: string; state?: string }[] }).services ?? [];
  const on = all
    .filter(({ state }) => state === "ENABLED")
    .map(({ name = "" }) => name.split("/").at(-1) ?? "");
  const missing = needed(args.settings).filter((service) => !on.includes(service));
  const byUp: readonly string[] = apis === "enable" ? services : [];
  const told = missing.filter((one) => !byUp.includes(one));
  const before = missing.filter((one) => byUp.includes(one) && first.some((each) => each === one));
  return [
    ...(told.length > 0 ? [off(told, projectId, "and this program does not turn it on")] : []),
    ...(before.length > 0 ? [off(before, projectId, early)] : []),
  ];
}

/**
 * Without billing no service of these is turned on. Who may not look, or where the billing API is off as it often is,
 * hears of it from Google. https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo
 */
async function billing(client: Management, { settings }: Args): Promise<readonly Finding[]> {
  const { projectId } = settings;
  const answer = await client.get("cloudbilling", `v1/projects/${projectId}/billingInfo`);
  const { billingEnabled } = (answer.body ?? {}) as { billingEnabled?: boolean };
  return answer.status === 200 && billingEnabled !== true
    ? [
        error(
          `gcp.projectId: the project ${projectId} has no billing account, or a closed one; fix: \`gcloud billing projects link ${projectId} --billing-account <id>\``,
        ),
      ]
    : [];
}
