import { duration } from "./duration";
import type { Check, Checks } from "./check";
import { record, type VaultClient } from "../../stores/vault/client";

/** What a token is, as it says of itself. */
export interface VaultToken {
  readonly policies: readonly string[];
  /** Calls that it is good for; 0 for any number. */
  readonly uses: number;
}

const login = "`bao login`, or the login of your identity, and `export VAULT_TOKEN=<the token>`";

/** The token: there, accepted, and for how long. Each call takes a use of one that has a number of them, and so does this. */
export async function token(
  say: Checks,
  client: VaultClient,
): Promise<{ readonly checks: readonly Check[]; readonly token?: VaultToken }> {
  const rest = ["token", "policy", "key present", "name", "audit"] as const;
  if (client.connection.token === undefined) {
    return {
      checks: [
        say.failed("credentials", "VAULT_TOKEN is not set, and there is no ~/.vault-token", login),
        ...say.skipped("there is no token", ...rest),
      ],
    };
  }
  const { status, body } = await client.call("GET", "auth/token/lookup-self");
  if (status !== 200) {
    return {
      checks: [
        say.failed(
          "credentials",
          `the server does not accept the token (${String(status)}): it has ended, was revoked, or is of another server or namespace`,
          login,
        ),
        ...say.skipped("the token is not accepted", ...rest),
      ],
    };
  }
  const data = record(record(body)["data"]);
  const policies = [data["policies"], data["identity_policies"]].flatMap((some) =>
    Array.isArray(some) ? some.map(String) : [],
  );
  const uses = Number(data["num_uses"] ?? 0);
  const accepted = say.ok("credentials", `the server accepts the token (${policies.join(", ")})`);
  const checks = [accepted, lifetime(say, data, uses)];
  // What is asked next would use it up.
  const tight = uses !== 0 && uses <= fewest;
  return tight
    ? {
        checks: [
          ...checks,
          ...say.skipped("the token's last uses are left to you", ...rest.slice(1)),
        ],
      }
    : { checks, token: { policies, uses } };
}

/** Calls that the other checks make at most, for a catalogue's worth of keys. */
const fewest = 60;

/** Seconds that a token should be good for still. */
const short = 60;

function lifetime(say: Checks, data: Readonly<Record<string, unknown>>, uses: number): Check {
  const ttl = Number(data["ttl"] ?? 0);
  if (uses !== 0) {
    return say.warning("token", `the token is good for ${String(uses)} more calls`, login);
  }
  if (ttl === 0) {
    return say.warning(
      "token",
      "the token never ends",
      "use an identity's login in its place; `bao token revoke -self` takes it back",
    );
  }
  const renewable = data["renewable"] === true;
  const left = `${duration(ttl)} left, ${renewable ? "renewable" : "not renewable"}`;
  return ttl < short
    ? say.warning("token", left, renewable ? "`bao token renew`" : login)
    : say.ok("token", left);
}
