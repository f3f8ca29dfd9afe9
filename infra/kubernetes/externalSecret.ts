import type { OperatorTask } from "../contracts/capability";
import { merges, ownName, podAccount, readerAccount, secretName, type Workload } from "./layout";
import { custom, delegator, serviceAccount, type Place } from "./objects";
import type { StoreSettings } from "./settings";
import { externalStoreOf } from "./sources";
import type { Reading } from "./sources/source";

/**
 * A store, the account by which it is read, and what is read into which Secret. The account is not the Pods': whoever
 * takes a Pod over has the keys that it has, and no login.
 * https://external-secrets.io/latest/api/externalsecret/
 */
export function externalSecret(
  workload: Workload,
  reading: Reading,
  settings: StoreSettings,
  place: Place,
): void {
  const source = externalStoreOf(settings);
  const name = ownName(place.environment, workload);
  const reader = readerAccount(workload, settings);
  const shared = reader === podAccount(workload, settings);
  const account =
    shared && settings.access[workload]?.mode === "external"
      ? []
      : [
          serviceAccount(
            `${workload}-reader`,
            { name: reader, annotations: source.annotations(reading.login) },
            place,
          ),
        ];
  const reviews =
    settings.source === "vault" && settings.apiAudience !== undefined
      ? [delegator(`${workload}-reviews`, reader, place, account)]
      : [];
  const store = custom(
    "SecretStore",
    `${workload}-store`,
    { name, spec: { provider: source.provider(reading) } },
    place,
    [...account, ...reviews],
  );
  custom(
    "ExternalSecret",
    `${workload}-keys`,
    {
      name,
      spec: {
        refreshPolicy: "Periodic",
        refreshInterval: interval(settings.refreshMinutes),
        secretStoreRef: { kind: "SecretStore", name },
        target: {
          name: secretName(workload, settings),
          creationPolicy: merges(workload, settings) ? "Merge" : "Owner",
          // A key that is gone from its source stays until somebody says so: Pods that start need it.
          deletionPolicy: "Retain",
        },
        data: reading.keys.map(({ env, locator }) => ({
          secretKey: env,
          remoteRef: source.remoteRef(locator),
        })),
      },
    },
    place,
    [store],
  );
}

/**
 * Into a Secret that is not there nothing is merged, and nobody is told when it comes: it is looked for at the next
 * refresh. https://external-secrets.io/latest/guides/ownership-deletion-policy/#merge
 */
export function mergeTask(
  settings: StoreSettings,
  environment: Place["environment"],
): OperatorTask {
  const { namespace, target, refreshMinutes } = settings;
  return {
    concern: "SecretStore",
    title: `keys are merged into the Secret ${target.secretName}, which Helm makes: after its first install run this, or wait ${String(refreshMinutes)} minutes, and then restart the Pods`,
    text: `kubectl annotate externalsecret ${ownName(environment, "app")} --namespace ${namespace.name} --overwrite force-sync="$(date +%s)"`,
  };
}

/** As the operator writes it back, so that it is no difference. https://pkg.go.dev/time#Duration.String */
export const interval = (minutes: number): string =>
  minutes >= 60
    ? `${String(Math.floor(minutes / 60))}h${String(minutes % 60)}m0s`
    : `${String(minutes)}m0s`;
