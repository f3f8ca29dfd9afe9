import { z } from "zod";
import { limits } from "../limits";
import { accessSettings } from "./accessSettings";
import { label, labelKey, labelValue, objectName, subjectName } from "./fields";
import { networkSettings } from "./networkSettings";

/** Stores that a cluster reads, each a platform of the same stack. */
export const sourceNames = ["vault", "aws", "azure", "gcp"] as const;
export type SourceName = (typeof sourceNames)[number];

const pipelineRole = z.strictObject({
  groups: z
    .array(subjectName)
    .min(1)
    .describe("Groups of the pipeline's login, as the cluster's OIDC settings or its cloud say."),
});

/** The `kubernetes` section of a stack's config. No credential is a setting: they come from the kubeconfig of whoever runs. */
export const kubernetesSettings = z.strictObject({
  context: z
    .string()
    .min(1)
    .optional()
    .describe("The kubeconfig's context. Without it, the current one."),
  clusterId: z
    .uuid({ error: "the uid of the namespace kube-system" })
    .optional()
    .describe(
      "The cluster, by the uid of its namespace kube-system: a run on another one stops, whatever its context is called.",
    ),
  namespace: z
    .strictObject({
      mode: z.enum(["create", "external"]).default("create").describe("Whose the namespace is."),
      name: label.default("prompt-sentinel").describe("Where all of it is."),
      podSecurity: z
        .enum(["restricted", "baseline"])
        .default("restricted")
        .describe("What Pods there may be: the Pod Security Standard. Prod takes restricted."),
    })
    .prefault({}),
  source: z
    .enum(sourceNames)
    .describe("Where the keys are: a platform that this stack enables too."),
  apiAudience: z
    .string()
    .regex(/^[^\s*]+$/, "an audience, such as https://kubernetes.default.svc")
    .optional()
    .describe(
      "With a Vault outside of the cluster: the audience of the API server's own tokens (`--api-audiences`, or its issuer). Vault asks it about a token by that token, as it has none itself.",
    ),
  delivery: z
    .enum(["externalSecrets", "vaultAgent", "csi"])
    .default("externalSecrets")
    .describe(
      "How they get into Pods: by External Secrets into a Secret, by Vault's agent into a file, or by the Secrets Store CSI driver into both.",
    ),
  target: z
    .strictObject({
      secretName: objectName
        .default("prompt-sentinel")
        .describe(
          "The Secret of the application's keys: Helm's full name; `prompt-sentinel-secrets` of the raw manifests.",
        ),
      mode: z
        .enum(["merge", "own"])
        .default("merge")
        .describe("`merge` adds keys to a Secret that Helm makes, `own` makes it."),
    })
    .prefault({}),
  refreshMinutes: z
    .int()
    .min(limits.kubernetesRefreshMinutesMin)
    .max(limits.kubernetesRefreshMinutesMax)
    .default(limits.kubernetesRefreshMinutes)
    .describe("Minutes between two reads of the source, which clouds charge for."),
  restart: z
    .enum(["reloader", "none"])
    .default("reloader")
    .describe(
      "Who restarts Pods when a key changes, as the application reads keys once: Stakater's Reloader, or somebody by hand.",
    ),
  access: accessSettings,
  network: networkSettings.prefault({}),
  pipeline: z
    .strictObject({
      preview: pipelineRole.describe("Reads what a preview needs."),
      apply: pipelineRole.describe("Writes what an update needs; reads no Secret."),
    })
    .optional()
    .describe("The pipeline's own roles in the namespace. Off unless the section is there."),
  audit: z
    .strictObject({
      apiServer: z
        .enum(["own", "eks", "aks", "gke"])
        .default("own")
        .describe("Whose API server it is, which says where its audit is turned on."),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      prometheusRule: z
        .enum(["create", "none"])
        .default("create")
        .describe("Alerts by the Prometheus operator, on what External Secrets measures."),
      labels: z
        .record(labelKey, labelValue)
        .default({})
        .describe("Labels by which the Prometheus finds its rules, such as `release`."),
    })
    .prefault({}),
});

export type KubernetesSettings = z.output<typeof kubernetesSettings>;

/** What each component needs of the settings and so shows: a change touches none that it does not concern. */
export type StoreSettings = Pick<
  KubernetesSettings,
  "namespace" | "source" | "apiAudience" | "delivery" | "target" | "refreshMinutes" | "access"
>;
export type AccessSettings = Pick<
  KubernetesSettings,
  | "namespace"
  | "source"
  | "delivery"
  | "target"
  | "refreshMinutes"
  | "restart"
  | "access"
  | "network"
>;
export type TrailSettings = Pick<KubernetesSettings, "namespace" | "audit">;
export type AlertsSettings = Pick<
  KubernetesSettings,
  "namespace" | "source" | "delivery" | "target" | "refreshMinutes" | "access" | "audit" | "alerts"
>;
