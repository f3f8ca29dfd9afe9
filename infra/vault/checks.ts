import { shown } from "../configError";
import type { Claim, PlatformArgs } from "../contracts/platform";
import { consumers } from "../environment";
import { formatDuration } from "../duration";
import { loginMethods } from "./authMounts";
import { consumerName, entriesFor } from "./layout";
import type { ConsumerAccess, VaultSettings } from "./settings";

/** Contradictions between settings, each with its fix: what a schema of single values cannot say. */
export function contradictions(args: PlatformArgs<VaultSettings>): readonly string[] {
  return [...transport(args), ...identities(args), ...reach(args), ...ciTrust(args)];
}

/** In prod the way to the server is TLS, verified. The policy pack holds the same for any program. */
function* transport({ environment, settings }: PlatformArgs<VaultSettings>): Generator<string> {
  const { protocol, hostname } = new URL(settings.address);
  const loopback = ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
  if (protocol === "http:" && (environment.stage === "prod" || !loopback)) {
    yield `vault.address: got ${shown(settings.address)}; ${environment.stage === "prod" ? "prod takes" : "anything but loopback takes"} https:// only; fix: give the server a certificate and use https://`;
  }
  if (settings.tls.skipVerify && environment.stage === "prod") {
    yield "vault.tls.skipVerify: got true; prod verifies certificates; fix: set vault.tls.caCertFile to the authority's PEM file instead";
  }
}

/** An identity needs a way in, and every way in its method. */
function* identities({ settings, ci }: PlatformArgs<VaultSettings>): Generator<string> {
  for (const consumer of consumers) {
    const access = settings.access[consumer];
    if (!access) continue;
    const at = `vault.access.${consumer}`;
    const methods = loginMethods.filter((method) => access[method] !== undefined);
    if (methods.length === 0) {
      yield `${at}: has no login; allowed: ${loginMethods.join(", ")}; fix: add at least one of them`;
    }
    for (const method of methods) {
      if (settings.auth[method] === undefined) {
        yield `${at}.${method}: uses a login method that is not enabled; fix: add vault.auth.${method}`;
      }
    }
    if (access.jwt && ci === undefined) {
      yield `${at}.jwt: needs to know whose tokens to trust; fix: add the ci section`;
    }
    yield* lifetimes(at, access);
  }
}

function* lifetimes(at: string, { tokenTtl, tokenMaxTtl }: ConsumerAccess): Generator<string> {
  if (tokenTtl > tokenMaxTtl) {
    yield `${at}.tokenTtl: got ${formatDuration(tokenTtl)}, longer than tokenMaxTtl ${formatDuration(tokenMaxTtl)}; fix: lower tokenTtl or raise tokenMaxTtl`;
  }
}

/** An address range that is the whole internet bounds nothing. */
function* reach({ environment, settings }: PlatformArgs<VaultSettings>): Generator<string> {
  for (const consumer of consumers) {
    const open = settings.access[consumer]?.approle?.cidrs.filter((cidr) => cidr.endsWith("/0"));
    if (environment.stage === "prod" && open?.length) {
      yield `vault.access.${consumer}.approle.cidrs: got ${open.join(", ")}; prod takes ranges narrower than everything; fix: name the addresses that log in`;
    }
    if (settings.access[consumer] && entriesFor(consumer, environment, settings).length === 0) {
      yield `vault.access.${consumer}: there is no key for it; fix: remove the section or enable a key for it`;
    }
  }
}

function* ciTrust({ settings, ci }: PlatformArgs<VaultSettings>): Generator<string> {
  if (ci && !settings.auth.jwt) {
    yield "ci: Vault trusts a pipeline through the jwt login method, which is not enabled; fix: add vault.auth.jwt or remove the ci section";
  }
  if (settings.auth.jwt && !ci) {
    yield "vault.auth.jwt: nobody says whose tokens to trust; fix: add the ci section or remove vault.auth.jwt";
  }
}

/** Names that this platform will use on the server. */
export function claims({ environment, settings }: PlatformArgs<VaultSettings>): readonly Claim[] {
  const server = new URL(settings.address).origin + (settings.namespace ?? "");
  return [
    { scope: `mount on ${server}`, name: `${settings.kv.path}/`, setting: "vault.kv.path" },
    ...loginMethods.flatMap((method) => {
      const mount = settings.auth[method];
      return mount
        ? [
            {
              scope: `mount on ${server}`,
              name: `auth/${mount.path}/`,
              setting: `vault.auth.${method}.path`,
            },
          ]
        : [];
    }),
    ...consumers.map((consumer) => ({
      scope: `policy on ${server}`,
      name: consumerName(environment, consumer),
      setting: "stage",
    })),
  ];
}
