import { logId } from "../layout";
import { all, any, callsOf, is, like, literal, literals, not, present, unlike } from "./filter";
import type { Callers, Scope } from "./scope";

const who = "protoPayload.authenticationInfo";
const behind = `${who}.serviceAccountDelegationInfo`;

/** The project in a name of a resource: by its id or its number, as the caller and the service like. */
export const projectIn = ({ projectId, projectNumber }: Scope): string =>
  `^projects/${literals([projectId, projectNumber])}`;

/** About the stack's secrets. Those of a region have its name before theirs. */
export const ofSecrets = (scope: Scope): string =>
  like(
    "protoPayload.resourceName",
    `${projectIn(scope)}/(locations/[^/]+/)?secrets/${literals(scope.secrets)}(/|$)`,
  );

const accesses = { service: "secretmanager", methods: ["AccessSecretVersion"] };

/** Every read of a value in the project, and every try. */
export const anyReads = ({ projectId }: Scope): string =>
  all(is("logName", logId(projectId)("data_access")), callsOf(accesses));

/** Reads of the stack's secrets. */
export const reads = (scope: Scope): string => all(anyReads(scope), ofSecrets(scope));

/** Names of callers are in one field or in another. */
const callers = ({ emails, subjects }: Callers): readonly string[] => [
  ...(emails.length > 0 ? [is(`${who}.principalEmail`, ...emails)] : []),
  ...(subjects.length > 0 ? [is(`${who}.principalSubject`, ...subjects)] : []),
];

/**
 * By nobody of them. Of a read that is refused the caller may be left out, which is nobody as well.
 * https://cloud.google.com/logging/docs/audit#user-id
 */
export const byNoneOf = (some: Callers): readonly string[] => callers(some).map(not);

/**
 * By somebody who reads every key, or by a workload's account with a key of the account, which no login of the stack
 * has, or lent to somebody whose it is not. Whom an account is lent to, the entry says: Cloud Run by its own account in the
 * project, Pods and other clouds by a subject.
 * https://cloud.google.com/iam/docs/audit-logging/examples-service-accounts
 * https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog#authenticationinfo
 */
export function privilegedReads(scope: Scope): string {
  const { cloudRun, subjects } = scope.delegates;
  const email = `${behind}.firstPartyPrincipal.principalEmail`;
  const known = subjects.map((one) => (one.endsWith("/") ? literal(one) : `${literal(one)}$`));
  const agent = `service-${scope.projectNumber}@serverless-robot-prod.iam.gserviceaccount.com`;
  return all(
    reads(scope),
    any(
      ...callers(scope.privileged),
      all(
        is(`${who}.principalEmail`, ...scope.workloads),
        any(
          present(`${who}.serviceAccountKeyName`),
          cloudRun ? unlike(email, `^${literal(agent)}$`) : present(email),
          // An account of Google's has a subject too, and its email says who it is.
          unlike(
            `${behind}.principalSubject`,
            `^(${[String.raw`serviceAccount:[^[]+$`, ...known].join("|")})`,
          ),
        ),
      ),
    ),
  );
}

/** Refused calls about the stack's secrets, or about all of the project. https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
export const refusals = (scope: Scope): string =>
  all(
    is("logName", ...(["data_access", "activity", "policy"] as const).map(logId(scope.projectId))),
    is("protoPayload.serviceName", "secretmanager.googleapis.com"),
    "protoPayload.status.code=7",
    any(
      ofSecrets(scope),
      like("protoPayload.resourceName", `${projectIn(scope)}(/locations/[^/]+)?$`),
    ),
  );
