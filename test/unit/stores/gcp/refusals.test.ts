import { status } from "@grpc/grpc-js";
import { mismatch, understood } from "../../../../stores/gcp/refusals";

const secret = "projects/prompt-sentinel-dev/secrets/openai-api-key";
const value = "sk-a-value-that-an-sdk-quotes";

/** As the SDK throws; its texts quote what was sent. */
const failure = (code: number | string | undefined, details = "", more: object = {}) =>
  Object.assign(new Error(`${details} ${value}`), {
    ...(code !== undefined && { code }),
    ...{ details: `${details} ${value}`, note: value },
    ...more,
  });
const cutOff =
  "Getting metadata from plugin failed with error: request to https://oauth2.googleapis.com/token failed,";
const plugin = "Getting metadata from plugin failed with error: invalid_grant";

test.each([
  [failure(status.UNAUTHENTICATED), "unauthenticated", false, false, "gcloud auth"],
  [
    failure(undefined, "Could not load the default credentials."),
    "unauthenticated",
    false,
    false,
    "gcloud auth",
  ],
  [failure("ECONNREFUSED"), "unreachable", true, false, "HTTPS_PROXY"],
  ...["ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT"].map(
    (code) =>
      [
        failure(status.UNAVAILABLE, `${cutOff} reason: connect ${code} 10.0.0.1:443`),
        ...(["unreachable", true, false, "HTTPS_PROXY"] as const),
      ] as const,
  ),
  [failure(status.UNKNOWN, plugin), "unauthenticated", false, false, "gcloud auth"],
  [failure(status.PERMISSION_DENIED), "denied", false, false, "as the stack's operator has"],
  [
    failure(status.PERMISSION_DENIED, "insufficient authentication scopes"),
    "denied",
    false,
    false,
    "cloud-platform",
  ],
  [
    failure(status.PERMISSION_DENIED, "", { reason: "SERVICE_DISABLED" }),
    "denied",
    false,
    false,
    "gcloud services enable",
  ],
  [failure(status.NOT_FOUND), "missing", false, false, "pulumi up"],
  [
    failure(status.FAILED_PRECONDITION, "[x] is in DISABLED state."),
    "damaged",
    false,
    false,
    "versions enable",
  ],
  [
    failure(status.FAILED_PRECONDITION, "[x] is in DESTROYED state."),
    "damaged",
    false,
    false,
    "write a new value",
  ],
  [
    failure(status.FAILED_PRECONDITION, "KMS key disabled"),
    "damaged",
    false,
    false,
    "key that encrypts",
  ],
  [failure(status.RESOURCE_EXHAUSTED), "throttled", true, false, "later"],
  [failure(status.INVALID_ARGUMENT), "damaged", false, false, "64 KiB"],
  [failure(status.UNAVAILABLE), "unreachable", true, true, "network"],
  [failure(status.DEADLINE_EXCEEDED), "unreachable", true, true, "network"],
  [failure(status.INTERNAL), "unreachable", true, true, "network"],
  [
    failure(status.UNAVAILABLE, "No connection established. Last error: connect ECONNREFUSED"),
    "unreachable",
    true,
    false,
    "network",
  ],
  [
    failure(status.UNAVAILABLE, "Name resolution failed for target dns:x"),
    "unreachable",
    true,
    false,
    "network",
  ],
  [
    failure(
      status.UNAVAILABLE,
      "No connection established. Last error: unable to verify the first certificate",
    ),
    "unreachable",
    false,
    false,
    "network",
  ],
  [failure(99), "unreachable", true, true, "network"],
  [undefined, "unauthenticated", false, false, "gcloud auth"],
] as const)("%p is told as %s, without what it quotes", (error, kind, again, maybeDone, fix) => {
  const refusal = understood(error, secret, "versions.add");
  expect(refusal).toMatchObject({ again, maybeDone, error: { kind, store: "gcp" } });
  expect(refusal.error.message).toContain(fix);
  expect(refusal.error.message).toContain(secret);
  expect(refusal.error.message).not.toContain(value);
  expect(refusal.error.cause).toBeUndefined();
});

test.each([
  [{ seconds: 3, nanos: 500_000_000 }, 3.5],
  [{ seconds: "4" }, 4],
  [{ seconds: { toString: () => "5" } }, 5],
])("the wait %j that is asked for is told", (retryDelay, seconds) => {
  const statusDetails = [{ violations: [] }, { retryDelay }];
  for (const code of [status.RESOURCE_EXHAUSTED, status.UNAVAILABLE]) {
    expect(understood(failure(code, "", { statusDetails }), secret, "versions.add")).toMatchObject({
      afterSeconds: seconds,
    });
  }
});

test("a checksum that is wrong says on which way", () => {
  expect(
    [mismatch(secret, "in"), mismatch(secret, "out")].map(({ kind, what }) => [kind, what]),
  ).toEqual([
    ["damaged", `${secret}: the value's checksum is wrong on its way in`],
    ["damaged", `${secret}: the value's checksum is wrong on its way out`],
  ]);
});
