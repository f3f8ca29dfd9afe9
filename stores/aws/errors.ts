import { StoreError, type StoreErrorKind } from "../errors";

/** A refusal of this store. */
export const refusal = (kind: StoreErrorKind, what: string, fix: string): StoreError =>
  new StoreError(kind, "aws", what, fix);

/** What an error of the SDK is told by; its message is not used, as it may quote what was sent. */
interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const of = (error: unknown): SdkError => error as SdkError;

/** Whether the service answered with one of these: https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html */
export const isNamed = (error: unknown, ...names: readonly string[]): boolean =>
  names.includes(of(error).name ?? "");

/** The caller is known and may not. */
export const isDenied = (error: unknown): boolean =>
  isNamed(error, "AccessDeniedException", "AccessDenied");

/** Whether a write may have been done although it ended in an error: it was not refused, it was not answered. */
export function isLost(error: unknown): boolean {
  const { code, $metadata } = of(error);
  if (code !== undefined && neverSent.includes(code)) return false;
  return !isCredentials(error) && isUnanswered($metadata?.httpStatusCode);
}

/** Without an answer; or with one that began well and did not come to its end; or with that of a service that fails. */
const isUnanswered = (status: number | undefined): boolean =>
  status === undefined || status < 300 || status >= 500;

/** Names that do not resolve, ports where nothing listens. */
const neverSent: readonly string[] = [
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
];

/** Credentials that are not there, of the SDK's own chain, or that the service does not take. */
const isCredentials = (error: unknown): boolean =>
  isNamed(
    error,
    "CredentialsProviderError",
    "TokenProviderError",
    "ExpiredTokenException",
    "ExpiredToken",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "RequestTimeTooSkewed",
  );

const isThrottled = (error: unknown): boolean =>
  of(error).$metadata?.httpStatusCode === 429 ||
  isNamed(error, "ThrottlingException", "Throttling", "TooManyRequestsException", "SlowDown");

/**
 * What an error of a call means.
 * @param what where and what was to be done
 */
export function meaning(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  if (isDenied(error)) {
    return refusal("denied", `${what}: this identity may not`, "assume the role that may");
  }
  if (isCredentials(error)) {
    return refusal(
      "unauthenticated",
      `there are no credentials, or they have ended (${error.name})`,
      "log in (`aws sso login`, `aws sts get-caller-identity` tells who you are), assume the role anew, and check this machine's clock",
    );
  }
  if (isThrottled(error)) {
    return refusal("throttled", `${what}: the service asks for fewer calls`, "run it again later");
  }
  if (isNamed(error, "LimitExceededException")) {
    return refusal(
      "throttled",
      `${what}: there are too many versions without a label of the last 24 hours`,
      "run it again tomorrow",
    );
  }
  if (isNamed(error, "DecryptionFailure", "EncryptionFailure")) {
    return refusal(
      "denied",
      `${what}: the encryption key refuses (${error.name})`,
      "check that the key is enabled and its policy lets this identity in",
    );
  }
  const { code, $metadata } = of(error);
  if (isUnanswered($metadata?.httpStatusCode)) {
    return refusal(
      "unreachable",
      `${what}: no answer (${code ?? error.name})`,
      "check the network, the region and AWS_ENDPOINT_URL, and run it again",
    );
  }
  return refusal(
    "damaged",
    `${what}: the service refused (${error.name})`,
    "see its CloudTrail event",
  );
}
