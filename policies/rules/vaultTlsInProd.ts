import { tokenPackage } from "../../infra/tokens";
import { decoded, raw, record } from "../support";
import type { Rule } from "./rule";

interface Seen {
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/**
 * Keys travel over this connection, and whoever answers at an address that Vault trusts for logins can make itself
 * any identity. A component's settings are looked at before anything is made; the providers, which components do
 * not see, when the whole stack is known, which a preview is enough for.
 *
 * @link https://developer.hashicorp.com/vault/docs/concepts/production-hardening#end-to-end-tls
 * @link https://openbao.org/docs/concepts/production-hardening/
 */
export const vaultTlsInProd: Rule = {
  name: "vault-tls-in-prod",
  description:
    "In prod Vault is reached, and reaches its identity providers, over verified TLS only, because keys and logins travel there.",
  enforcementLevel: "mandatory",
  controls: ["Vault production hardening: end-to-end TLS"],
  validateResource: ({ type, props }, report) => {
    const inputs = raw(props);
    if (!isProd({ type, props: inputs })) return;
    const settings = record(inputs["settings"]);
    if (!type.startsWith(`${tokenPackage}:vault:`) || !("address" in settings)) return;
    for (const problem of [
      ...addressProblems("settings.address", settings["address"]),
      ...verifyProblems("settings.tls.skipVerify", record(settings["tls"])["skipVerify"]),
    ]) {
      report(problem);
    }
  },
  validateStack: ({ resources }, report) => {
    const seen = resources.map(({ type, props, urn }) => ({ type, props: raw(props), urn }));
    if (!seen.some(isProd)) return;
    for (const resource of seen) {
      for (const problem of problems(resource)) report(problem, resource.urn);
    }
  },
};

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
