import { ProjectSink } from "@pulumi/gcp/logging/projectSink";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { all, any, is } from "./alerts/filter";
import { logId, sinkName, type SinkKind } from "./layout";
import type { TrailSettings } from "./settings";

/** Where a sink sends, and what has to be there before. */
export interface Kept {
  readonly suffix: SinkKind;
  readonly destination: string;
  readonly made: readonly pulumi.Resource[];
  readonly options?: { readonly bigqueryOptions: { readonly usePartitionedTables: true } };
  /** Lets the sink write, once it is there: before the first one its account is not. @default it needs no leave */
  readonly writer?: (sink: pulumi.Resource) => pulumi.Resource;
}

/** Services whose calls decide who reads a value, and whether somebody sees it. */
const services = [
  ...["secretmanager", "cloudkms", "iam", "iamcredentials", "sts", "cloudresourcemanager"],
  ...["orgpolicy", "logging", "monitoring", "pubsub", "serviceusage", "storage", "bigquery"],
];

/** Calls of those services, and what Secret Manager tells by itself; everything else of the project stays where it is. */
export const sinkFilter = ({ projectId }: Pick<TrailSettings, "projectId">): string =>
  any(
    all(
      is("logName", ...(["activity", "data_access", "policy"] as const).map(logId(projectId))),
      is("protoPayload.serviceName", ...services.map((one) => `${one}.googleapis.com`)),
    ),
    is("logName", logId(projectId)("secret_event")),
  );

/**
 * Sends from the moment that it is made on; one of its name that is there already, its provider takes and sets. To a log bucket of the same project it needs no leave of anybody; elsewhere it
 * writes as Logging's own account in the project. https://cloud.google.com/logging/docs/export/configure_export_v2
 */
export function sent(
  { suffix, destination, made, options, writer }: Kept,
  environment: Environment,
  settings: TrailSettings,
  children: Children,
): readonly pulumi.Resource[] {
  const name = sinkName(environment, suffix);
  const sink = new ProjectSink(
    children.name(suffix === "" ? "sink" : `${suffix}-sink`),
    {
      ...{ project: settings.projectId, name, destination },
      description: `Audit of ${environment.app}, ${environment.stage}`,
      filter: sinkFilter(settings),
      uniqueWriterIdentity: true,
      ...options,
    },
    children.options({ retainOnDelete: true, dependsOn: [...made] }),
  );
  return [sink, ...(writer ? [writer(sink)] : [])];
}
