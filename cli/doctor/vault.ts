import { readFileSync } from "node:fs";
import { stores } from "../../stores";
import { isStoreError } from "../../stores/errors";
import { record, VaultUnreachable, type VaultClient } from "../../stores/vault/client";
import { connect, type Connected } from "../../stores/vault/connect";
import { Checks, type Check } from "./check";
import { presences } from "./keys";
import { network } from "./network";
import { placesOf, type Subject } from "./subject";
import { consumerOf, policy } from "./vaultPolicy";
import { vaultName } from "./vaultNames";
import { token, type VaultToken } from "./vaultToken";

const say = new Checks("vault");

/** Vault or OpenBao, as the caller's token sees it. */
export async function vault(subject: Subject): Promise<readonly Check[]> {
  const { env, note } = subject;
  let connected: Connected;
  try {
    connected = connect({ env, note: () => undefined });
  } catch (error) {
    return [
      say.refused("address", error),
      ...say.skipped("there is no address", "tls", "clock", "credentials", "token", "policy"),
      ...say.skipped("there is no address", "key present", "name", "audit"),
    ];
  }
  const { client, address } = connected;
  try {
    const { checks, reached } = await network(say, address, {
      setting: "VAULT_ADDR",
      path: "/v1/sys/health?standbyok=true&perfstandbyok=true",
      ca: caOf(client),
      caSetting: "VAULT_CACERT",
      skipVerify: client.connection.skipVerify === true ? "VAULT_SKIP_VERIFY" : undefined,
    });
    const health = reached && ready(reached.status, address);
    const before = [
      ...(health ? [health] : []),
      ...checks.filter(({ check }) => !(health && check === "address")),
    ];
    const why =
      health?.message ??
      before.find(({ check, status }) => /address|tls/.test(check) && status === "failed")?.message;
    if (why !== undefined) {
      return [
        ...before,
        ...say.skipped(why, "credentials", "token", "policy", "key present", "name", "audit"),
      ];
    }
    const identity = await token(say, client);
    return [
      ...before,
      ...identity.checks,
      ...(identity.token ? await inside(subject, client, identity.token, note) : []),
    ];
  } catch (error) {
    if (!(error instanceof VaultUnreachable)) throw error;
    return [say.failed("address", `${error.address}: ${error.reason}`, "run it again")];
  } finally {
    await client.close();
  }
}

const caOf = ({ connection }: VaultClient): string | undefined =>
  connection.caCertFile === undefined ? undefined : readFileSync(connection.caCertFile, "utf8");

/** Status codes of https://openbao.org/api-docs/system/health/ */
function ready(status: number, address: string): Check | undefined {
  switch (status) {
    // Behind a certificate that is not trusted nothing is asked any further.
    case 200:
      return undefined;
    case 501:
      return say.failed("address", `${address} is not initialized`, "`bao operator init`");
    case 503:
      return say.failed("address", `${address} is sealed`, "`bao operator unseal`");
    default:
      return say.failed(
        "address",
        `${address} answers ${String(status)} where Vault or OpenBao would answer 200`,
        "`export VAULT_ADDR=<the server's address>`, without a path",
      );
  }
}

/** What depends on a good token, all at once. */
async function inside(
  subject: Subject,
  client: VaultClient,
  has: VaultToken,
  note: Subject["note"],
): Promise<readonly Check[]> {
  const { wiring, env } = subject;
  const places = placesOf("vault", subject);
  const store = stores.vault()({ env, dir: "", note });
  const consumer = consumerOf(has, wiring?.platforms["vault"]);
  const refusedRightly = ({ key: { readers } }: (typeof places)[number]): string | undefined =>
    (consumer === "app" || consumer === "ci") && !readers.includes(consumer)
      ? `${consumer} is refused, as it should be`
      : undefined;
  try {
    const [policies, keys, device] = await Promise.all([
      policy(say, client, has, places, wiring),
      presences(say, store, places, subject, { refusedRightly }),
      audit(client),
    ]);
    const names = await Promise.all(
      keys
        .filter(({ missing }) => missing)
        .map(({ place }) => vaultName(say, client, place, { places, at: subject.at })),
    );
    return [...policies, ...keys.map(({ check }) => check), ...names, device];
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return [say.refused("key present", error)];
  } finally {
    await store.close();
  }
}

/** https://openbao.org/api-docs/system/audit/ */
async function audit(client: VaultClient): Promise<Check> {
  const { status, body } = await client.call("GET", "sys/audit");
  if (status !== 200) {
    return say.unseen(
      "audit",
      `sys/audit answers ${String(status)}: only an administrator sees the devices`,
      "have one run `bao audit list -detailed`",
    );
  }
  const devices = Object.entries(record(record(body)["data"] ?? body));
  const raw = devices.find(([, one]) => record(record(one)["options"])["log_raw"] === "true");
  if (raw) {
    return say.failed(
      "audit",
      `the device ${raw[0]} writes keys as they are (log_raw)`,
      "take log_raw out of the server's configuration, reload it, and replace the keys that were read",
    );
  }
  return devices.length === 0
    ? say.failed(
        "audit",
        "no device records who reads keys",
        "`promptsentinel-secrets vault audit-config --stack <stack>` prints the server's part",
      )
    : say.ok("audit", devices.map(([name]) => name.replace(/\/$/, "")).join(", "));
}
