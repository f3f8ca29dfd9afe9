import type { Finding } from "../../infra/contracts/platform";
import type { Key } from "../../infra/environment";
import { secretId, secretName, topicId } from "../../infra/gcp/layout";
import { rotationOf } from "../../infra/gcp/rotationTopic";
import type { GcpSettings } from "../../infra/gcp/settings";
import { keyNames } from "../../infra/naming";
import {
  ManagementError,
  ManagementUnreachable,
  type Management,
} from "../../stores/gcp/management";
import { isOurs, unseen, type Args, type Look } from "./gcpFindings";
import { replicationFindings } from "./gcpReplication";
import { error, warning } from "./findings";

/**
 * Each secret's name is free, or taken, as the settings say, and values are where they say. A project has 600 such reads
 * a minute: https://cloud.google.com/secret-manager/quotas
 */
export const secrets: Look = async (client, args) => {
  const found = await Promise.all([
    ...args.environment.keys.map((key) => secret(key, client, args)),
    ...(args.settings.secrets.mode === "create" ? [ofOtherKind(client, args)] : []),
  ]);
  return found.flat();
};

/** Secrets of one region have an address of their own. https://cloud.google.com/secret-manager/docs/locations */
const apiOf = ({ secrets, location }: GcpSettings): string =>
  secrets.replication === "regional" ? `secretmanager.${location}.rep` : "secretmanager";

const renaming = (key: Key): string => `gcp.secrets.names.${keyNames(key.id, key).gcp}`;

/** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/get */
async function secret(key: Key, client: Management, args: Args): Promise<readonly Finding[]> {
  const { environment, settings } = args;
  const { mode } = settings.secrets;
  const name = secretName(key, settings);
  const answer = await client.get(apiOf(settings), `v1/${secretId(name, settings)}`);
  if (answer.status === 404) {
    return mode === "create"
      ? []
      : [
          error(
            `${name}: there is no such secret to ${mode === "adopt" ? "adopt" : "use"}; fix: set gcp.secrets.mode to create, or name the one that exists (${renaming(key)})`,
          ),
        ];
  }
  if (answer.status !== 200) return unseen(name, answer, "secretmanager.secrets.get", args);
  if (mode !== "create") return [];
  return isOurs(answer, environment)
    ? [...replicationFindings(key, answer.body, args), ...rotationFindings(key, answer.body, args)]
    : [
        error(
          `gcp.secrets.mode: got create, but ${name} exists and is not ours; allowed: adopt (tracked, never deleted), external (left alone); fix: set gcp.secrets.mode to adopt, or choose another name (${renaming(key)})`,
        ),
      ];
}

/**
 * The program gives the time of the first notice when it makes a secret, and ignores it from then on: a secret that has
 * none cannot get it that way. https://cloud.google.com/secret-manager/docs/create-rotation-schedule
 */
function* rotationFindings(key: Key, body: unknown, args: Args): Generator<Finding> {
  const { environment, settings } = args;
  const { rotation } = rotationOf(key, environment, settings);
  if (!rotation || (body as { rotation?: unknown }).rotation !== undefined) return;
  const name = secretName(key, settings);
  const command = [
    `gcloud secrets update ${name} --project=${settings.projectId}`,
    `--add-topics=${topicId(environment, settings)}`,
    `--rotation-period=${rotation.rotationPeriod} --next-rotation-time=${rotation.nextRotationTime}`,
  ].join(" ");
  yield error(
    `keys.${key.id}.maxAgeDays: got ${String(key.maxAgeDays)}, and ${name} was made without an age, which an up cannot give it; fix: \`${command}\`, then \`pulumi refresh\``,
  );
}

/**
 * Secrets of a region and others are apart, under the same names: who changes from one kind to the other leaves his values
 * behind. https://cloud.google.com/secret-manager/docs/filtering
 */
async function ofOtherKind(client: Management, args: Args): Promise<readonly Finding[]> {
  const { environment, settings } = args;
  const other: GcpSettings = {
    ...settings,
    secrets: {
      ...settings.secrets,
      replication: settings.secrets.replication === "regional" ? "automatic" : "regional",
    },
  };
  const path = `v1/${secretId("", other).replace(/\/$/, "")}`;
  const filter = `labels.app=${environment.app} AND labels.stage=${environment.stage}`;
  try {
    const all = (await client.list(apiOf(other), path, "secrets", { filter })) ?? [];
    const names = all.map((one) => (one as { name?: string }).name?.split("/").at(-1) ?? "");
    return environment.keys
      .filter((key) => names.includes(secretName(key, settings)))
      .map((key) => {
        const name = secretName(key, settings);
        const [is, allowed] =
          other.secrets.replication === "regional"
            ? [`a secret of ${settings.location} alone`, "regional"]
            : ["no secret of one region", "userManaged, automatic"];
        return error(
          `gcp.secrets.replication: got ${settings.secrets.replication}, and ${name} is ${is}, with the values in it; allowed: ${allowed}; fix: set it back, or delete the old one once its values are elsewhere`,
        );
      });
  } catch (failure) {
    const what = `whether there are ${other.secrets.replication === "regional" ? "regional" : "other"} secrets of these names`;
    if (failure instanceof ManagementError) {
      return unseen(what, failure.answer, "secretmanager.secrets.list", args);
    }
    if (!(failure instanceof ManagementUnreachable)) throw failure;
    // Not every region has such secrets, and so an address for them.
    return failure.reason.includes("ENOTFOUND")
      ? []
      : [warning(`${what}: not checked (${failure.reason})`)];
  }
}
