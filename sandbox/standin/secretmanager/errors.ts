import { status } from "@grpc/grpc-js";

/**
 * An answer that is an error: a code of gRPC and a text (https://cloud.google.com/apis/design/errors). The details that
 * the service adds, as google.rpc.ErrorInfo, are left out. Codes are the service's, texts where a source is named.
 */
export class ServiceError extends Error {
  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

const error = (code: status, message: string): ServiceError => new ServiceError(code, message);

/** A request that is not of the API's form. */
export const invalid = (message: string): ServiceError => error(status.INVALID_ARGUMENT, message);

/** What the service does and this does not. */
export const leftOut = (what: string): ServiceError =>
  error(status.UNIMPLEMENTED, `${what}: this stand-in leaves it out`);

/** https://cloud.google.com/docs/authentication/troubleshoot-adc */
export const unauthenticated = (message: string): ServiceError =>
  error(status.UNAUTHENTICATED, message);

/** https://github.com/googleapis/python-secret-manager/issues/389 */
export const denied = (permission: string, resource: string): ServiceError =>
  error(
    status.PERMISSION_DENIED,
    `Permission '${permission}' denied for resource '${resource}' (or it may not exist).`,
  );

/** Scopes are no permissions. https://github.com/salrashid123/gce_metadata_server/issues/5 */
export const scopeMissing = (): ServiceError =>
  error(status.PERMISSION_DENIED, "Request had insufficient authentication scopes.");

export const notFound = (what: "Secret" | "Secret Version", name: string): ServiceError =>
  error(status.NOT_FOUND, `${what} [${name}] not found.`);

/** Of `latest`. https://github.com/firebase/firebase-tools/pull/3959 */
export const nothingLatest = (name: string): ServiceError =>
  error(status.NOT_FOUND, `Secret [${name}] not found or has no versions.`);

export const exists = (name: string): ServiceError =>
  error(status.ALREADY_EXISTS, `Secret [${name}] already exists.`);

/** https://github.com/google-github-actions/get-secretmanager-secrets/issues/268 */
export const inState = (name: string, state: string): ServiceError =>
  error(status.FAILED_PRECONDITION, `Secret Version [${name}] is in ${state} state.`);

/** https://cloud.google.com/secret-manager/docs/etags */
export const etagDiffers = (name: string): ServiceError =>
  error(status.FAILED_PRECONDITION, `[${name}] has another etag now`);

/** https://cloud.google.com/secret-manager/quotas */
export const throttled = (): ServiceError =>
  error(status.RESOURCE_EXHAUSTED, "Quota exceeded for this minute");

export const unavailable = (): ServiceError =>
  error(status.UNAVAILABLE, "The service is currently unavailable.");
