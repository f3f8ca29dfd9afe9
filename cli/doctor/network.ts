import { loopback } from "../../infra/loopback";
import type { Check, Checks } from "./check";
import { reach, type Reached, type ReachOptions } from "./reach";

/** The name of what says where the server is, and how to reach it. */
export interface ServerOptions extends ReachOptions {
  /** The setting with the address, for messages. */
  readonly setting: string;
  /** Certificates are not checked, by somebody's setting. */
  readonly skipVerify?: string | undefined;
  /** Where to name the authority of the server's certificate. @default "NODE_EXTRA_CA_CERTS" */
  readonly caSetting?: string;
}

export interface Network {
  readonly checks: readonly Check[];
  /** Undefined where it gave no answer. */
  readonly reached: Reached | undefined;
}

/** Days before a certificate's end at which that is told. */
const nearEnd = 14;

/** Seconds between two clocks that are told, and from which signatures and tokens are refused. https://docs.aws.amazon.com/AmazonS3/latest/developerguide/RESTAuthentication.html */
const clockLimits = { warning: 60, failed: 300 } as const;

/** Whether a server answers, by a certificate that is good, and by the same clock. */
export async function network(
  say: Checks,
  address: string,
  options: ServerOptions,
): Promise<Network> {
  const { setting } = options;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    const wrong = say.failed(
      "address",
      `${setting}: ${address === "" ? "is not set" : "is no address of a server"}`,
      address === ""
        ? `\`export ${setting}=https://<the server>\`, or name the deployment with --stack`
        : `\`export ${setting}=https://<the server>\``,
    );
    return {
      checks: [wrong, ...say.skipped("there is no address", "tls", "clock")],
      reached: undefined,
    };
  }
  const { origin, hostname, host } = new URL(address);
  const found = await reach(address, options);
  if ("code" in found) {
    const [why, fix] = unreached(found.code, { origin, hostname, host, setting });
    return {
      checks: [
        say.failed("address", `${origin}: ${why}`, fix),
        ...say.skipped("there is no answer", "tls", "clock"),
      ],
      reached: undefined,
    };
  }
  return {
    checks: [
      say.ok("address", `${origin} answers`),
      tls(say, origin, found, options),
      clock(say, found),
    ],
    reached: found,
  };
}

function unreached(
  code: string,
  { hostname, host, setting }: { origin: string; hostname: string; host: string; setting: string },
): [why: string, fix: string] {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return [
        `the name does not resolve (${code})`,
        `correct ${setting}; \`getent hosts ${hostname}\` tells what the name is here`,
      ];
    case "ECONNREFUSED":
      return ["nothing listens there (ECONNREFUSED)", `start the server, or correct ${setting}`];
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return [
        `there is no way to it (${code})`,
        `look for a firewall, a VPN or a proxy between: \`curl -v ${host}\``,
      ];
    default:
      return [
        `it breaks off (${code})`,
        code === "EPROTO" || code.startsWith("ERR_SSL")
          ? `correct ${setting}: the server may speak http there`
          : `correct ${setting}: http where the server speaks https, or a port of another program`,
      ];
  }
}

function tls(say: Checks, origin: string, { certificate }: Reached, options: ServerOptions): Check {
  const { setting, skipVerify, caSetting = "NODE_EXTRA_CA_CERTS" } = options;
  if (!certificate) {
    return loopback(origin)
      ? say.ok("tls", "none, on this machine")
      : say.failed(
          "tls",
          `${origin} is not encrypted: token and keys cross the network as they are`,
          `give the server a certificate and \`export ${setting}=${origin.replace(/^http:/, "https:")}\``,
        );
  }
  const { refusal, validTo, names } = certificate;
  const days = validTo && Math.floor((validTo.getTime() - Date.now()) / 86_400_000);
  const until = validTo?.toISOString().slice(0, 10) ?? "a day that is past";
  if (skipVerify !== undefined) {
    return say.warning(
      "tls",
      `certificates are not checked, as ${skipVerify} says: whoever is between reads the keys`,
      `\`unset ${skipVerify}\` and \`export ${caSetting}=<the authority's PEM file>\``,
    );
  }
  if (refusal === "CERT_HAS_EXPIRED" || (days ?? 0) < 0) {
    return say.failed("tls", `the certificate ended on ${until}`, "renew it on the server");
  }
  if (refusal === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return say.failed(
      "tls",
      `the certificate is of ${names || "another name"}`,
      `name the server in ${setting} as its certificate does`,
    );
  }
  if (refusal !== undefined) {
    return say.failed(
      "tls",
      `the certificate is not trusted here (${refusal})`,
      `\`export ${caSetting}=<the PEM file of the authority that signed it>\``,
    );
  }
  if (days === undefined) return say.ok("tls", "the certificate is good, through the proxy");
  return days < nearEnd
    ? say.warning("tls", `the certificate ends on ${until}`, "renew it on the server")
    : say.ok("tls", `the certificate is good until ${until}`);
}

function clock(say: Checks, { ahead }: Reached): Check {
  if (ahead === undefined) {
    return say.unseen("clock", "the server tells no time", "compare with `date -u` there");
  }
  const off = Math.abs(ahead);
  const message = `this machine's clock is ${String(off)} s ${ahead > 0 ? "behind" : "ahead of"} the server's`;
  const fix = "`timedatectl set-ntp true` here, or the same on the server";
  if (off > clockLimits.failed) {
    return say.failed("clock", `${message}: tokens and signatures are refused for that`, fix);
  }
  return off > clockLimits.warning
    ? say.warning("clock", message, fix)
    : say.ok("clock", off <= 1 ? "the same here and there" : message);
}
