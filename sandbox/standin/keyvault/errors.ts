/**
 * An answer of the service that is an error: `{ error: { code, message, innererror: { code } } }`
 * (https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses#handling-error-responses).
 * Status and codes are the service's; the words are the stand-in's.
 */
export class ServiceError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly options: {
      readonly inner?: string;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
  }

  /** What is sent. */
  get body(): object {
    const { inner } = this.options;
    const innererror = inner === undefined ? {} : { innererror: { code: inner } };
    return { error: { code: this.code, message: this.message, ...innererror } };
  }
}

/** A request that is not of the API's form. https://github.com/Azure/azure-sdk-for-python/issues/28595 */
export const badParameter = (message: string): ServiceError =>
  new ServiceError(400, "BadParameter", message);

/** https://github.com/Azure/azure-sdk-for-js/issues/25489 */
export const notFound = (what: string): ServiceError =>
  new ServiceError(404, "SecretNotFound", `${what} is not in this vault`);

/** https://github.com/Azure/azure-sdk-for-js/issues/24756 */
export const disabled = (): ServiceError =>
  new ServiceError(403, "Forbidden", "the value of a disabled secret is not given out", {
    inner: "SecretDisabled",
  });

/** With purge protection: https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview#purge-protection
 * The code: https://github.com/Azure/sap-automation/pull/200 */
export const purgeProtected = (): ServiceError =>
  new ServiceError(
    403,
    "Forbidden",
    "the vault has purge protection: what is deleted stays until its day",
  );

/** Why a name cannot be used now.
 * https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/keyvault/Azure.Security.KeyVault.Secrets/samples/Sample4_ErrorResponse.md
 * and, of recovery, https://github.com/Azure/azure-sdk-for-net/issues/31581 */
export type Occupied =
  "ObjectIsDeletedButRecoverable" | "ObjectIsBeingDeleted" | "ObjectIsBeingRecovered";

export const conflict = (name: string, inner: Occupied): ServiceError =>
  new ServiceError(409, "Conflict", `${name} cannot be used now: ${inner}`, { inner });

/** Of a restore. https://github.com/Azure/azure-sdk-for-net/issues/26027 */
export const exists = (name: string): ServiceError =>
  new ServiceError(409, "Conflict", `${name} is in this vault already`);

/** No assignment allows it. https://learn.microsoft.com/azure/key-vault/general/howto-abac-conditions-cli#step-5-test-the-condition
 * The shape: https://github.com/hashicorp/terraform-provider-azurerm/issues/23927 */
export const forbiddenByRbac = (oid: string, action: string, resource: string): ServiceError =>
  new ServiceError(
    403,
    "Forbidden",
    `no role assignment allows this\r\nCaller: oid=${oid}\r\nAction: '${action}'\r\nResource: '${resource}'`,
    { inner: "ForbiddenByRbac" },
  );

/** https://github.com/vcsjones/AzureSignTool/issues/219 */
export const throttled = (retryAfterSeconds: number | undefined): ServiceError =>
  new ServiceError(429, "Throttled", "too many requests", {
    headers: retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) },
  });

export const unavailable = (): ServiceError =>
  new ServiceError(503, "ServiceUnavailable", "the service cannot answer now");
