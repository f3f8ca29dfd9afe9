import { stringify } from "yaml";
import type { OperatorTask } from "../contracts/capability";
import { csiVolume } from "../wiring/csiVolume";
import { ownName, secretName, type Workload } from "./layout";
import { custom, type Place } from "./objects";
import type { StoreSettings } from "./settings";
import { sourceOf } from "./sources";
import type { Reading } from "./sources/source";

/**
 * What a Pod that mounts it gets, as files and as a Secret of its own, which is there as long as such a Pod is.
 * https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret
 */
export function providerClass(
  workload: Workload,
  reading: Reading,
  settings: StoreSettings,
  place: Place,
): void {
  custom(
    "SecretProviderClass",
    `${workload}-keys`,
    {
      name: ownName(place.environment, workload),
      spec: {
        ...sourceOf(settings).csi(reading),
        secretObjects: [
          {
            secretName: secretName(workload, settings),
            type: "Opaque",
            data: reading.keys.map(({ env }) => ({ objectName: env, key: env })),
          },
        ],
      },
    },
    place,
  );
}

/**
 * The application's chart mounts no volume that it is not written with, so this is the deployment's.
 * https://secrets-store-csi-driver.sigs.k8s.io/getting-started/installation#optional-values
 */
export function csiTask(
  workload: Workload,
  { login }: Reading,
  { environment }: Place,
  settings: StoreSettings,
): OperatorTask {
  const audience = sourceOf(settings).csiAudience?.(login.way);
  const values = [
    ...["syncSecret.enabled", "enableSecretRotation"],
    ...(audience === undefined ? [] : [`a tokenRequests of audience ${audience}`]),
    `rotationPollInterval ${String(settings.refreshMinutes)}m`,
  ];
  return {
    concern: "SecretStore",
    title: `the Pods of ${workload} have to mount this volume, or their Secret is never made; the driver has to run with ${values.slice(0, -1).join(", ")} and ${values.at(-1) ?? ""}`,
    text: stringify(csiVolume(ownName(environment, workload))),
  };
}
