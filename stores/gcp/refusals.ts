import { status } from "@grpc/grpc-js";
import { StoreError, type StoreErrorKind } from "../errors";
import { refusing, type Refusal, type Refuse } from "../refusal";

/** Permissions that the store needs. https://cloud.google.com/secret-manager/docs/access-control */
export type Permission = "versions.access" | "versions.add" | "versions.list";

/** What the SDK throws, as far as it is looked at: the rest may quote what was sent. */
interface Thrown {
  readonly code?: number | string;
  readonly details?: unknown;
  readonly message?: string;
  /** Of google.rpc.ErrorInfo. */
  readonly reason?: string;
  readonly statusDetails?: readonly { readonly retryDelay?: Delay }[];
}

interface Delay {
  readonly seconds?: number | string | { toString(): string };
  readonly nanos?: number;
}

/**
 * By https://cloud.google.com/apis/design/errors and the SDK's sources.
 * @param secret its full name
 */
export function understood(error: unknown, secret: string, permission: Permission): Refusal {
  const { code, details, message, reason, statusDetails } = (error ?? {}) as Thrown;
  const text = typeof details === "string" ? details : (message ?? "");
  const said = typeof code === "number" ? ` (${status[code] ?? String(code)})` : "";
  const refused = (kind: StoreErrorKind, what: string, fix: string, more: Partial<Refusal> = {}) =>
    refusal(kind, `${secret}: ${what}${said}`, fix, more);
  const unsigned = typeof code !== "number" || /Getting metadata from plugin failed/.test(text);
  if (unsigned && noWay.test(`${text} ${String(code)}`)) {
    return refused("unreachable", "there is no way to whoever gives tokens", checkNetwork, {
      again: true,
    });
  }
  // Without a code of gRPC it did not come from the service: the credential was not to be had.
  if (unsigned) {
    return refused("unauthenticated", "no credential of this machine could sign in", signIn);
  }
  switch (status[code]) {
    case "UNAUTHENTICATED":
      return refused("unauthenticated", "the service does not know you", signIn);
    case "PERMISSION_DENIED":
      return denied(text, reason, permission, refused);
    case "NOT_FOUND":
      return refused(
        "missing",
        "there is no such secret",
        "make it with `pulumi up`, and check the project and the name",
      );
    case "FAILED_PRECONDITION":
      return unusable(text, refused);
    case "RESOURCE_EXHAUSTED":
      return refused("throttled", "the quota of this minute is used up", "run it again later", {
        again: true,
        afterSeconds: secondsOf(statusDetails?.find(({ retryDelay }) => retryDelay)?.retryDelay),
      });
    case "INVALID_ARGUMENT":
    case "OUT_OF_RANGE":
    case "DATA_LOSS":
    case "UNIMPLEMENTED":
      return refused(
        "damaged",
        "the service does not take the request",
        "check the project, the region and the name, and that the value has no more than 64 KiB",
      );
    default:
      return refused("unreachable", unreachable(text), "check the network, then run it again", {
        again: !/unable to verify|self.signed|certificate/i.test(text),
        maybeDone: !notSent.test(text),
        afterSeconds: secondsOf(statusDetails?.find(({ retryDelay }) => retryDelay)?.retryDelay),
      });
  }
}

/** The value came otherwise than it was. https://cloud.google.com/secret-manager/docs/data-integrity */
export const mismatch = (secret: string, way: "in" | "out"): StoreError =>
  new StoreError(
    "damaged",
    "gcp",
    `${secret}: the value's checksum is wrong on its way ${way}`,
    way === "out" ? "run it again" : "check what is between you and the service, then run it again",
  );

const refusal = refusing("gcp");

const signIn =
  "sign in with `gcloud auth application-default login`, or name a credential's file in GOOGLE_APPLICATION_CREDENTIALS";

const checkNetwork = "check the network and HTTPS_PROXY, then run it again";

/** In the text of a call for a token that came nowhere. https://nodejs.org/api/errors.html#common-system-errors */
const noWay =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b/;

/** gRPC had no connection to send it on. https://github.com/grpc/grpc-node/blob/master/packages/grpc-js/src/load-balancer-pick-first.ts */
const notSent = /No connection established|Name resolution failed/;

const unreachable = (text: string): string =>
  notSent.test(text) ? "there is no way to the service" : "the answer was lost or did not come";

function denied(
  text: string,
  reason: string | undefined,
  permission: Permission,
  refused: Refuse,
): Refusal {
  if (reason === "SERVICE_DISABLED") {
    const fix = "turn it on with `gcloud services enable secretmanager.googleapis.com`";
    return refused("denied", "the Secret Manager API is off in this project", fix);
  }
  // Scopes are no permissions: https://cloud.google.com/compute/docs/access/service-accounts#scopes_best_practice
  if (/scope/i.test(text)) {
    const fix = "sign in again, with the scope https://www.googleapis.com/auth/cloud-platform";
    return refused("denied", "your token is not for this API", fix);
  }
  const full = `secretmanager.${permission}`;
  const fix = `run it as somebody who has it, as the stack's ${permission === "versions.access" ? "app" : "operator"} has, and check that the secret is there`;
  return refused("denied", `you do not have ${full}, or there is no such secret`, fix);
}

function unusable(text: string, refused: Refuse): Refusal {
  const [, state] = /\bis in (DISABLED|DESTROYED) state/.exec(text) ?? [];
  if (state === undefined) {
    const fix = "check that the key that encrypts the secret is enabled";
    return refused("damaged", "the secret cannot be used in the state that it is in", fix);
  }
  const enable =
    state === "DISABLED" ? "enable it with `gcloud secrets versions enable`, or write" : "write";
  const what = `the current version is ${state.toLowerCase()}, so nobody can read it`;
  return refused("damaged", what, `${enable} a new value with --rotate`);
}

/** Of google.rpc.RetryInfo. https://cloud.google.com/apis/design/errors#retry_info */
const secondsOf = (delay: Delay | undefined): number | undefined =>
  delay && Number(String(delay.seconds ?? 0)) + (delay.nanos ?? 0) / 1e9;
