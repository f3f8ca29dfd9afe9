import { inProd, type Seen } from "../inProd";
import { decoded } from "../support";
import type { Rule } from "./rule";

/**
 * Keys travel over this connection, and whoever answers at an address that Vault trusts for logins can make itself
 * any identity.
 *
 * @link https://developer.hashicorp.com/vault/docs/concepts/production-hardening#end-to-end-tls
 * @link https://openbao.org/docs/concepts/production-hardening/
 */
export function vaultTlsInProd(): Rule {
  return {
    name: "vault-tls-in-prod",
    description:
      "In prod Vault is reached, and reaches its identity providers, over verified TLS only, because keys and logins travel there.",
    enforcementLevel: "mandatory",
    controls: ["Vault production hardening: end-to-end TLS"],
    validateResource: inProd(problems),
  };
}

/** Addresses that the server trusts with logins; none given is none trusted. */
const trusted: Readonly<Record<string, readonly string[]>> = {
  "vault:jwt/authBackend:AuthBackend": ["oidcDiscoveryUrl", "jwksUrl"],
  "vault:kubernetes/authBackendConfig:AuthBackendConfig": ["kubernetesHost"],
};

function problems({ type, props }: Seen): readonly string[] {
  if (type === "pulumi:providers:vault") {
    return [
      ...addressProblems("address", props["address"]),
      ...verifyProblems("skipTlsVerify", decoded(props["skipTlsVerify"])),
    ];
  }
  return (trusted[type] ?? [])
    .filter((name) => props[name] !== undefined && props[name] !== null && props[name] !== "")
    .flatMap((name) => addressProblems(name, props[name]));
}

const addressProblems = (name: string, value: unknown): readonly string[] =>
  typeof value === "string" && /^https:\/\//i.test(value)
    ? []
    : [
        `${name} is no https:// address in prod: got ${shown(value)}; allowed: https:// only; fix: give the server a certificate, set the address in the stack's config, and name a private authority by vault.tls.caCertFile`,
      ];

const verifyProblems = (name: string, value: unknown): readonly string[] =>
  value === undefined || value === null || value === "" || value === false
    ? []
    : [
        `${name} is on in prod: got true; allowed: false; fix: turn it off and name the authority that signed the certificate by vault.tls.caCertFile`,
      ];

/** Scheme and host: the rest of an address can hold a credential. */
function shown(value: unknown): string {
  if (typeof value !== "string" || value === "") return "none that the program sets";
  const { protocol, host } = URL.canParse(value) ? new URL(value) : { protocol: "", host: "" };
  return host === "" ? "something that is no address" : `${protocol}//${host}`;
}
