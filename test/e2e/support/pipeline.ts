import { createSign, generateKeyPairSync } from "node:crypto";
import { record, type VaultClient } from "../../../stores/vault/client";
import type { SessionOptions } from "../../../sandbox/session";

const issuer = "https://token.actions.githubusercontent.com";
const audience = "promptsentinel-secrets";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** Settings that let a pipeline in whose tokens are signed here, as GitHub would sign them. */
export const pipelineSettings: NonNullable<SessionOptions["settings"]> = [
  [
    ["ci"],
    {
      issuer,
      audience,
      claims: { repository_id: ["123456"] },
      preview: { event_name: ["pull_request"] },
      apply: { environment: ["dev"] },
    },
  ],
  [
    ["vault", "auth", "jwt"],
    {
      mode: "create",
      publicKeys: [publicKey.export({ type: "spki", format: "pem" }).toString().trim()],
    },
  ],
];

/** A pipeline's token with these claims. */
export function pipelineToken(claims: Readonly<Record<string, unknown>>): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const payload = {
    iss: issuer,
    aud: audience,
    sub: "repo:a/b",
    iat: now,
    exp: now + 300,
    ...claims,
  };
  const signed = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(payload)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
}

/** Logs in with a pipeline's token. @throws VaultError when the role's claims do not match */
export async function loginAsPipeline(
  client: VaultClient,
  role: string,
  claims: Readonly<Record<string, unknown>>,
): Promise<VaultClient> {
  const answer = await client
    .as(undefined)
    .ask("POST", "auth/jwt/login", { role, jwt: pipelineToken(claims) });
  return client.as(String(record(answer["auth"])["client_token"]));
}
