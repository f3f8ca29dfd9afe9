import { tokenPackage } from "../../infra/tokens";
import { decoded, raw, record } from "../support";
import type { Rule } from "./rule";

interface Seen {
  readonly type: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/**
 * Keys travel over this connection, and whoever answers at an address that Vault trusts for logins can make itself
 * any identity.
 *
 * Only a component says which stage it is, and only before it is made: the engine shows a whole stack with the
 * outputs of components instead. So the rule keeps what it saw, for as long as the engine keeps the pack: one run. The
 * first component of prod then brings up all that came before it, before that component has any child.
 *
 * @link https://developer.hashicorp.com/vault/docs/concepts/production-hardening#end-to-end-tls
 * @link https://openbao.org/docs/concepts/production-hardening/
 */
export function vaultTlsInProd(): Rule {
  const earlier: Seen[] = [];
  let prod = false;
  return {
    name: "vault-tls-in-prod",
    description:
      "In prod Vault is reached, and reaches its identity providers, over verified TLS only, because keys and logins travel there.",
    enforcementLevel: "mandatory",
    controls: ["Vault production hardening: end-to-end TLS"],
    validateResource: ({ type, urn, props }, report) => {
      const resource = { type, urn, props: raw(props) };
      prod ||= isProd(resource);
      if (problems(resource).length > 0) earlier.push(resource);
      if (!prod) return;
      for (const one of earlier.splice(0)) {
        // The engine prints the resource at hand, so the text names the one that is meant.
        for (const problem of problems(one))
          report(`${one.type} ${nameOf(one)}: ${problem}`, one.urn);
      }
    },
  };
}

/** `urn:pulumi:<stack>::<project>::<type>::<name>` */
const nameOf = ({ urn }: Seen): string => urn.split("::").slice(3).join("::");

/** One component of ours that says prod makes its whole stack prod. */
const isProd = ({ type, props }: Seen): boolean =>
  type.startsWith(`${tokenPackage}:`) && record(props["environment"])["stage"] === "prod";

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
