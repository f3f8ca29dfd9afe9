import { randomBytes } from "node:crypto";
import { scopeMissing, unauthenticated } from "./errors";

/** What the API asks of a token. https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access */
export const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform";

/** What of a token may be otherwise than it should. */
export interface TokenOptions {
  /** Seconds from now; below zero for one that has expired. @default 3600 */
  readonly expiresIn?: number;
  /** @default cloud-platform */
  readonly scopes?: readonly string[];
}

interface Grant {
  readonly member: string;
  readonly scopes: readonly string[];
  /** Milliseconds. */
  readonly expires: number;
}

/**
 * Gives access tokens, and knows whose each is. As Google's they say nothing themselves
 * (https://cloud.google.com/docs/authentication/token-types#access). None is taken that was not given here, and these
 * are taken nowhere else.
 */
export class Tokens {
  private readonly grants = new Map<string, Grant>();

  constructor(private readonly now: () => Date) {}

  /** @param member as a policy writes it: `serviceAccount:…`, `user:…`, `principal://…` */
  tokenFor(member: string, { expiresIn = 3600, scopes = [cloudPlatform] }: TokenOptions): string {
    const token = `stand-in.${randomBytes(24).toString("base64url")}`;
    this.grants.set(token, { member, scopes, expires: this.now().getTime() + expiresIn * 1000 });
    return token;
  }

  /** Who asks. @throws ServiceError for a token that is not there, not known, over, or for something else */
  callerOf(authorization: string | undefined): string {
    const wanted = "Expected OAuth 2 access token.";
    if (authorization === undefined) {
      throw unauthenticated(`Request is missing required authentication credential. ${wanted}`);
    }
    const [, token = ""] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    const grant = this.grants.get(token);
    if (grant === undefined || grant.expires <= this.now().getTime()) {
      throw unauthenticated(`Request had invalid authentication credentials. ${wanted}`);
    }
    if (!grant.scopes.includes(cloudPlatform)) throw scopeMissing();
    return grant.member;
  }
}
