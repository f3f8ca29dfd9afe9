import { DefaultAzureCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { clouds } from "../../infra/azure/cloud";
import { stores } from "../../stores";
import { accessOf } from "./access";
import { Checks, type Check } from "./check";
import { duration } from "./duration";
import { presences } from "./keys";
import { nameChecks } from "./names";
import { network } from "./network";
import { placesOf, type Subject } from "./subject";
import type { Place } from "../../stores/store";

const say = new Checks("azure");

const login = "`az login --tenant <the vault's directory>`, or the identity of this machine";

/** Azure Key Vault, as the caller's credential sees it. */
export async function azure(subject: Subject): Promise<readonly Check[]> {
  const places = placesOf("azure", subject);
  const url = places[0]?.locator["vaultUrl"] ?? "";
  const { checks, reached } = await network(say, url, {
    setting: "AZURE_VAULT_URL",
    byProxy: true,
  });
  if (!reached || checks.some(({ check, status }) => check === "tls" && status === "failed")) {
    const rest = ["credentials", "token", "policy", "key present", "name", "audit"] as const;
    return [...checks, ...say.skipped("the vault cannot be asked", ...rest)];
  }
  const cloud = Object.values(clouds).find(({ vaultSuffix }) =>
    new URL(url).hostname.endsWith(`.${vaultSuffix}`),
  );
  const authorityHost = subject.env["AZURE_AUTHORITY_HOST"] ?? (cloud ?? clouds.public).authority;
  const credential = new DefaultAzureCredential({ authorityHost });
  try {
    const scope = `https://${(cloud ?? clouds.public).vaultSuffix}/.default`;
    const { expiresOnTimestamp } = await credential.getToken(scope);
    const left = (expiresOnTimestamp - Date.now()) / 1000;
    const who = [
      say.ok("credentials", "a token for the vault was given"),
      say.ok("token", `good for ${duration(left)}, and then another is asked for`),
    ];
    return [
      ...checks,
      ...who,
      ...(await inside(subject, places, new SecretClient(url, credential))),
    ];
  } catch (error) {
    const { name } = error as Error;
    if (!/Authentication|CredentialUnavailable/.test(name)) throw error;
    return [
      ...checks,
      say.failed("credentials", `no credential of this machine could sign in (${name})`, login),
      ...say.skipped("nobody is signed in", "token", "policy", "key present", "name", "audit"),
    ];
  }
}

async function inside(
  subject: Subject,
  places: readonly Place[],
  client: SecretClient,
): Promise<readonly Check[]> {
  const store = stores.azure()({ env: subject.env, dir: "", note: subject.note });
  try {
    const keys = await presences(say, store, places, subject);
    const missing = keys.filter((one) => one.missing).map(({ place }) => place);
    return [
      accessOf(
        say,
        keys,
        "have an administrator give it the role Key Vault Secrets User on the vault",
      ),
      ...keys.map(({ check }) => check),
      ...(missing.length > 0 ? await names(client, missing, places, subject.at) : []),
      audit(client.vaultUrl),
    ];
  } finally {
    await store.close();
  }
}

/** Names of the vault's secrets, by the list, which gives no values. */
async function names(
  client: SecretClient,
  missing: readonly Place[],
  places: readonly Place[],
  at: string,
): Promise<readonly Check[]> {
  const found: string[] = [];
  try {
    for await (const { name } of client.listPropertiesOfSecrets()) found.push(name);
  } catch (error) {
    const { statusCode } = error as { readonly statusCode?: number };
    return [
      say.unseen(
        "name",
        statusCode === 403
          ? "this identity may not list the vault's secrets"
          : `the vault's secrets could not be listed (${String(statusCode ?? (error as Error).name)})`,
        `have an administrator run \`az keyvault secret list --id ${client.vaultUrl} --query '[].name'\``,
      ),
    ];
  }
  return nameChecks(say, missing, found, { store: "azure", places, at });
}

/** Diagnostic settings are of the management API, and the wiring does not say in which subscription the vault is. */
function audit(vaultUrl: string): Check {
  const name = new URL(vaultUrl).hostname.split(".")[0] ?? "";
  return say.unseen(
    "audit",
    "the vault itself does not tell whether reads are recorded",
    `\`az monitor diagnostic-settings list --resource "$(az keyvault show --name ${name} --query id --output tsv)"\` has one with AuditEvent`,
  );
}
