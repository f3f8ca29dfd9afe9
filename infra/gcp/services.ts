import { Service } from "@pulumi/gcp/projects/service";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import type { StoreSettings } from "./settings";

/** Services of the project that the program's resources are of. https://cloud.google.com/apis/docs/getting-started */
export const services = [
  "cloudkms.googleapis.com",
  "cloudresourcemanager.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "logging.googleapis.com",
  "monitoring.googleapis.com",
  "pubsub.googleapis.com",
  "secretmanager.googleapis.com",
  "serviceusage.googleapis.com",
  "sts.googleapis.com",
] as const;

/**
 * The services turned on, and Secret Manager's own account made, which is not there before it is asked for. A destroy
 * leaves them on: others may use them. https://cloud.google.com/secret-manager/docs/cmek#service-identity
 */
export function enabledServices(
  { projectId: project, apis }: StoreSettings,
  children: Children,
): readonly pulumi.Resource[] {
  const made =
    apis === "enable"
      ? services.map(
          (service) =>
            new Service(
              children.name(service.replace(".googleapis.com", "-api")),
              { project, service, disableOnDestroy: false },
              children.options(),
            ),
        )
      : [];
  const agent = new ServiceIdentity(
    children.name("agent"),
    { project, service: "secretmanager.googleapis.com" },
    children.options({ dependsOn: made }),
  );
  return [...made, agent];
}
