import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { ServiceError } from "./errors";

/** A caller, as its token names it: the object id of a user or a service principal. */
export interface Caller {
  readonly oid: string;
}

/** What of a token may be otherwise than it should. */
export interface TokenOptions {
  /** Seconds from now; below zero for one that has expired. @default 3600 */
  readonly expiresIn?: number;
  /** @default the vault's resource */
  readonly audience?: string;
  /** @default the vault's tenant */
  readonly tenantId?: string;
}

/** Where a vault sends whoever has no token, and for whom its tokens are. */
export interface Issuer {
  /** Address of the tenant at the login service. */
  readonly authorization: string;
  /** `https://vault.azure.net`, without a slash at the end. */
  readonly resource: string;
  readonly tenantId: string;
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const now = (): number => Math.floor(Date.now() / 1000);

/**
 * Gives and checks access tokens with the claims of Entra ID's
 * (https://learn.microsoft.com/azure/key-vault/general/rest-error-codes#the-token-is-expired). Signed with a key of this
 * process alone, so no token of theirs works here and none of these works there.
 */
export class Tokens {
  private readonly key = randomBytes(32);

  constructor(private readonly issuer: Issuer) {}

  /** A token of the caller with that object id. */
  tokenFor(oid: string, options: TokenOptions = {}): string {
    const { expiresIn = 3600, audience = this.issuer.resource } = options;
    const { tenantId = this.issuer.tenantId } = options;
    const issued = Math.min(now(), now() + expiresIn - 1);
    const claims = {
      aud: audience,
      iss: issuerOf(tenantId),
      iat: issued,
      nbf: issued,
      exp: now() + expiresIn,
      oid,
      sub: oid,
      tid: tenantId,
      ver: "1.0",
    };
    const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
    return `${signed}.${this.sign(signed)}`;
  }

  /** Who asks. @throws ServiceError 401, with the challenge that says where a token is to be had */
  callerOf(header: string | undefined): Caller {
    // https://github.com/Azure/azure-sdk-for-python/issues/24557
    if (header === undefined) throw this.challenge("AKV10000: the request has no token");
    const [, token = ""] = /^Bearer +(\S+)$/i.exec(header) ?? [];
    const [head = "", claims = "", signature = ""] = token.split(".");
    const expected = Buffer.from(this.sign(`${head}.${claims}`));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw this.refusal("the token is not signed by this stand-in");
    }
    const { aud, iss, nbf, exp, oid } = JSON.parse(
      Buffer.from(claims, "base64url").toString(),
    ) as Readonly<Record<string, unknown>>;
    if (!(Number(exp) > now())) throw this.refusal("the token has expired");
    if (!(Number(nbf) <= now())) throw this.refusal("the token is not valid yet");
    // https://github.com/MicrosoftDocs/azure-docs/issues/109562
    if (aud !== this.issuer.resource)
      throw this.refusal("AKV10022: the token is for another service");
    if (iss !== issuerOf(this.issuer.tenantId))
      throw this.refusal("the token is of another tenant");
    return { oid: String(oid) };
  }

  private sign(text: string): string {
    return createHmac("sha256", this.key).update(text).digest("base64url");
  }

  private refusal(reason: string): ServiceError {
    return this.challenge(reason, `, error="invalid_token", error_description="${reason}"`);
  }

  /** https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses#authentication-requirements */
  private challenge(reason: string, more = ""): ServiceError {
    const { authorization, resource } = this.issuer;
    return new ServiceError(401, "Unauthorized", reason, {
      headers: {
        "WWW-Authenticate": `Bearer authorization="${authorization}", resource="${resource}"${more}`,
      },
    });
  }
}

const issuerOf = (tenantId: string): string => `https://sts.windows.net/${tenantId}/`;
