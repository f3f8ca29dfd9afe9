import type { Finding, PlatformArgs } from "../../infra/contracts/platform";
import type { Environment } from "../../infra/environment";
import type { GcpSettings } from "../../infra/gcp/settings";
import {
  disabledIn,
  reasonOf,
  type Management,
  type ManagementAnswer,
} from "../../stores/gcp/management";
import { error, warning } from "./findings";

export type Args = PlatformArgs<GcpSettings>;

/** One part of what is looked at. */
export type Look = (client: Management, args: Args) => Promise<readonly Finding[]>;

/** By its labels, which the program gives to all that it makes and that can have some. */
export const isOurs = ({ body }: ManagementAnswer, { app, stage }: Environment): boolean => {
  const { labels = {} } = body as { labels?: Readonly<Record<string, string>> };
  return labels["managed-by"] === "pulumi" && labels["app"] === app && labels["stage"] === stage;
};

/** An answer as it is told. */
export const told = (answer: ManagementAnswer): string =>
  `${String(answer.status)} ${reasonOf(answer)}`;

/**
 * What is said of something that could not be looked at. In a project whose service is off there is nothing to look at,
 * and whether it is to be on is another part's finding.
 * @param permission what it takes to look
 */
export function unseen(
  what: string,
  answer: ManagementAnswer,
  permission: string,
  { settings }: Args,
): readonly Finding[] {
  const wrong = otherProject(answer, settings);
  if (wrong) return [wrong];
  if (disabledIn(answer) !== undefined) return [];
  return [
    warning(
      `${what}: not checked (${told(answer)}); it needs ${permission}, and Google says it in the up`,
    ),
  ];
}

/**
 * Calls of a person count against a project, which need not be the one that is called; the provider takes it from its
 * own variables and not from the credential. https://cloud.google.com/docs/quotas/quota-project
 */
export function otherProject(
  answer: ManagementAnswer,
  { projectId, projectNumber }: GcpSettings,
): Finding | undefined {
  const project = disabledIn(answer);
  if (project === undefined || project === projectId || project === projectNumber) return undefined;
  return error(
    `Google: calls of who is logged in count against the project ${project}, where a service is off (${told(answer)}); fix: set USER_PROJECT_OVERRIDE to true, and calls count against ${projectId}`,
  );
}
