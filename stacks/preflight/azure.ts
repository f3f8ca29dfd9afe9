import type { Finding, PlatformArgs } from "../../infra/contracts/platform";
import { groupName, resourceIdOf } from "../../infra/azure/layout";
import type { AzureSettings } from "../../infra/azure/settings";
import { clouds } from "../../infra/azure/cloud";
import { CredentialUnread, credentialOf } from "../../stores/azure/credential";
import {
  Management,
  reasonOf,
  type ManagementAnswer,
  type ManagementConnection,
} from "../../stores/azure/management";
import { firstLine } from "../../stores/firstLine";
import { examples } from "./azureExamples";
import { isOurs, vaultFindings } from "./azureVault";
import { seeded } from "./azureSecrets";
import { error, failed, warning } from "./findings";

type Args = PlatformArgs<AzureSettings>;

/** Who looks, and where: made when it is needed, because what is wrong with it is a finding too. */
export type Connect = (args: Args) => ManagementConnection;

const connection: Connect = ({ settings }) => ({
  cloud: settings.cloud,
  credential: credentialOf(settings),
});

/**
 * What has to be true of the subscription before anything is registered: the settings are no examples, somebody is
 * logged in, to the directory that is meant, and the group, the vault and its secrets are as the settings say. Reads
 * only, and no value of a secret.
 */
export async function preflight(
  args: Args,
  connect: Connect = connection,
): Promise<readonly Finding[]> {
  const placeholders = examples(args.settings);
  if (placeholders.length > 0) return placeholders.map(error);
  const client = await signedIn(args, connect);
  if (!(client instanceof Management)) return [client];
  try {
    const unfit = await subscription(client, args);
    if (unfit?.severity === "error") return [unfit];
    const [group, { found, findings }] = await Promise.all([
      resourceGroup(client, args),
      vaultFindings(client, args),
    ]);
    return [
      // The vault says of which directory it is, to whoever may not look at the subscription.
      ...(unfit && !found ? [unfit] : []),
      ...group,
      ...findings,
      // What comes back with a deleted vault nobody sees before.
      ...(failed(findings) || (!found && args.settings.vault.recover)
        ? []
        : await seeded(client, args)),
    ];
  } catch (failure) {
    return [
      error(
        `Azure: ${clouds[args.settings.cloud].management} does not answer (${messageOf(failure)}); fix: correct azure.cloud, or the way to it`,
      ),
    ];
  }
}

const messageOf = (failure: unknown): string =>
  failure instanceof Error ? firstLine(failure.message) : String(failure);

async function signedIn(args: Args, connect: Connect): Promise<Management | Finding> {
  try {
    const found = connect(args);
    const { management } = clouds[found.cloud];
    await found.credential.getToken(`${management}/.default`);
    return new Management(found);
  } catch (failure) {
    if (failure instanceof CredentialUnread) {
      return warning(
        `${failure.message}; nothing of the subscription was looked at; fix: \`openssl pkcs12 -nodes -in <file> -out <file>.pem\`, and name that`,
      );
    }
    return error(
      `Azure: nobody is logged in to ${args.settings.tenantId} (${messageOf(failure)}); fix: log in (\`az login --tenant ${args.settings.tenantId}\`, or ARM_CLIENT_ID and what goes with it in a pipeline) and run this again`,
    );
  }
}

/** https://learn.microsoft.com/rest/api/resources/subscriptions/get */
async function subscription(client: Management, { settings }: Args): Promise<Finding | undefined> {
  const { subscriptionId, tenantId } = settings;
  const answer = await client.get(`/subscriptions/${subscriptionId}`, "2022-12-01");
  const { tenantId: tenant, state } = answer.body as { tenantId?: string; state?: string };
  if (answer.status === 200) {
    if (tenant !== tenantId) {
      return error(
        `azure.tenantId: got ${tenantId}, and the subscription ${subscriptionId} is of ${tenant ?? "no directory"}; fix: correct azure.tenantId, or azure.subscriptionId`,
      );
    }
    // Past due and warned ones work: https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states
    return state === "Disabled" || state === "Deleted"
      ? error(
          `azure.subscriptionId: the subscription ${subscriptionId} is ${state.toLowerCase()}; fix: have its owner enable it, or name another`,
        )
      : undefined;
  }
  if (answer.status === 401) {
    return error(
      `Azure: the subscription ${subscriptionId} does not accept who is logged in (${reasonOf(answer)}); fix: log in to its directory, and correct azure.tenantId`,
    );
  }
  if (answer.status === 404) {
    return error(
      `azure.subscriptionId: got ${subscriptionId}, which who is logged in does not see (${reasonOf(answer)}); fix: correct it, or log in with a role in it`,
    );
  }
  return warning(
    `azure.tenantId: not checked; the subscription could not be looked at (${refusal(answer)})`,
  );
}

/** https://learn.microsoft.com/rest/api/resources/resource-groups/get */
async function resourceGroup(
  client: Management,
  { environment, settings }: Args,
): Promise<readonly Finding[]> {
  const name = groupName(environment, settings);
  const create = settings.resourceGroup.mode === "create";
  const answer = await client.get(resourceIdOf(settings, name), "2024-03-01");
  if (answer.status === 404) {
    return create
      ? []
      : [
          error(
            `azure.resourceGroup.name: there is no group ${name}; fix: set azure.resourceGroup.mode to create, or name the one that exists`,
          ),
        ];
  }
  if (answer.status === 200) {
    return create && !isOurs(answer)
      ? [
          error(
            `azure.resourceGroup.mode: got create, but ${name} exists and is not ours; allowed: external (left alone); fix: set azure.resourceGroup.mode to external, or choose another azure.resourceGroup.name`,
          ),
        ]
      : [];
  }
  return [warning(`${name}: the group could not be looked at (${refusal(answer)})`)];
}

const refusal = (answer: ManagementAnswer): string =>
  `${String(answer.status)} ${reasonOf(answer)}`;
