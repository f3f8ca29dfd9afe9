import { inspect } from "node:util";
import { isLost, meaning } from "../../../../stores/aws/errors";
import { isStoreError, StoreError } from "../../../../stores/errors";

const quoted = "sk-that-the-service-quoted";

/** An error as the SDK throws it. */
const sdkError = (name: string, more: object = {}): Error =>
  Object.assign(new Error(`Value ${quoted} at 'secretString' failed`), { name }, more);
const answered = (name: string, httpStatusCode: number): Error =>
  sdkError(name, { $metadata: { httpStatusCode } });

describe("what an error of the SDK means", () => {
  test.each([
    [answered("AccessDeniedException", 400), "denied"],
    [answered("DecryptionFailure", 400), "denied"],
    [answered("ExpiredTokenException", 400), "unauthenticated"],
    [answered("InvalidSignatureException", 403), "unauthenticated"],
    [sdkError("CredentialsProviderError"), "unauthenticated"],
    [answered("ThrottlingException", 400), "throttled"],
    [answered("Unknown", 429), "throttled"],
    [answered("LimitExceededException", 400), "throttled"],
    [answered("InternalServiceError", 500), "unreachable"],
    [sdkError("Error", { code: "ECONNREFUSED" }), "unreachable"],
    [sdkError("TimeoutError"), "unreachable"],
    [answered("ValidationException", 400), "damaged"],
  ])("%s: %s, and its text is not told", (error, kind) => {
    const told = meaning(error, "promptsentinel/api-keys: writing");
    expect(isStoreError(told) && told.kind).toBe(kind);
    expect(String(told) + inspect(told, { depth: 9, showHidden: true })).not.toContain(quoted);
    expect(String(told)).toContain("fix: ");
  });

  test("a refusal of ours stays as it is", () => {
    const ours = new StoreError("missing", "aws", "x", "y");
    expect(meaning(ours, "z")).toBe(ours);
  });
});

describe("a write that ended in an error", () => {
  test.each([
    [answered("InternalServiceError", 500), true],
    [sdkError("TimeoutError"), true],
    [sdkError("Error", { code: "ECONNRESET" }), true],
    [sdkError("Error", { code: "ECONNREFUSED" }), false],
    [sdkError("CredentialsProviderError"), false],
    [answered("InvalidParameterException", 400), false],
  ])("%s: may have been done: %s", (error, lost) => {
    expect(isLost(error)).toBe(lost);
  });
});
