import { createSign, generateKeyPairSync } from "node:crypto";
import type { CiSettings } from "../infra/contracts/platform";
import { record, type VaultClient } from "../stores/vault/client";

type Claims = Readonly<Record<string, unknown>>;

/** A stand-in for the pipeline's token issuer, which a server without the internet cannot ask for its keys. */
export interface PipelineIssuer {
  /** PEM, for `vault.auth.jwt.publicKeys`. */
  readonly publicKey: string;
  /** A token as a pipeline would get it: these claims, over the usual ones. */
  token(claims: Claims): string;
  /** One that a role takes: the first value of each claim that it wants. */
  tokenWith(wanted: Readonly<Record<string, readonly string[]>>): string;
}

/** Lifetime of a pipeline's token. Seconds. */
const lifetime = 300;

/** An issuer with keys of its own, which live as long as this process. */
export function pipelineIssuer({
  issuer,
  audience,
}: Pick<CiSettings, "issuer" | "audience">): PipelineIssuer {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const token = (claims: Claims): string => {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: issuer, aud: audience, sub: "repo:a/b", iat: now, exp: now + lifetime };
    const signed = `${encode({ alg: "ES256", typ: "JWT" })}.${encode({ ...usual, ...claims })}`;
    const signature = createSign("SHA256")
      .update(signed)
      .sign({ key: privateKey, dsaEncoding: "ieee-p1363" }, "base64url");
    return `${signed}.${signature}`;
  };
  return {
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString().trim(),
    token,
    tokenWith: (wanted) =>
      token(Object.fromEntries(Object.entries(wanted).map(([name, [value]]) => [name, value]))),
  };
}

/** Logs in with a pipeline's token. @throws VaultError when the role's claims do not match */
export async function loginAsPipeline(
  client: VaultClient,
  { mount = "jwt", role = "" }: { readonly mount?: string; readonly role?: string },
  token: string,
): Promise<VaultClient> {
  const answer = await client
    .as(undefined)
    .ask("POST", `auth/${mount}/login`, { role, jwt: token });
  return client.as(String(record(answer["auth"])["client_token"]));
}
