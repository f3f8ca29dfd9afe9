import { unseen, type Look } from "./gcpFindings";
import { error, warning } from "./findings";

const service = "secretmanager.googleapis.com";

/**
 * The perimeter that the project joins is there, and does something for its secrets.
 * https://cloud.google.com/access-context-manager/docs/reference/rest/v1/accessPolicies.servicePerimeters/get
 */
export const perimeter: Look = async (client, args) => {
  const name = args.settings.network.perimeter;
  if (name === undefined) return [];
  const answer = await client.get("accesscontextmanager", `v1/${name}`);
  if (answer.status === 404) {
    return [
      error(
        `gcp.network.perimeter: there is no perimeter ${name}; fix: correct it (\`gcloud access-context-manager perimeters list\`), or remove it`,
      ),
    ];
  }
  if (answer.status !== 200) {
    return unseen(
      `gcp.network.perimeter ${name}`,
      answer,
      "accesscontextmanager.servicePerimeters.get in the organization",
      args,
    );
  }
  const { perimeterType, status } = answer.body as {
    perimeterType?: string;
    status?: { restrictedServices?: readonly string[] };
  };
  // A bridge restricts nothing by itself. https://cloud.google.com/vpc-service-controls/docs/share-across-perimeters
  if (perimeterType === "PERIMETER_TYPE_BRIDGE") {
    return [
      error(
        `gcp.network.perimeter: ${name} is a bridge between perimeters, and restricts nothing; fix: name a regular one`,
      ),
    ];
  }
  return status?.restrictedServices?.includes(service) === true
    ? []
    : [
        warning(
          `gcp.network.perimeter: ${name} does not restrict ${service}; fix: \`gcloud access-context-manager perimeters update ${name} --add-restricted-services ${service}\``,
        ),
      ];
};
