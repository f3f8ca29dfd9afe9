import { z } from "zod";

/** https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin */
export const projectId = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "a project id: 6 to 30 lower-case letters, digits and hyphens; a letter first, no hyphen last",
  );

/** IAM conditions, service agents and federated members know a project by its number alone. */
export const projectNumber = z
  .string()
  .regex(
    /^[1-9]\d{5,14}$/,
    "a project's number, in quotes (`gcloud projects describe <id> --format='value(projectNumber)'`)",
  );

/** Which regions there are, the pre-flight asks. https://cloud.google.com/secret-manager/docs/locations */
export const region = z
  .string()
  .regex(/^[a-z]+-[a-z]+\d{1,2}$/, "a region of Google Cloud, such as europe-west1");

/** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create */
export const secretName = z
  .string()
  .regex(/^[\w-]{1,255}$/, "letters, digits, hyphens and underscores, at most 255");

/** https://cloud.google.com/kms/docs/resource-hierarchy#retrieve_resource_id */
export const keyName = z
  .string()
  .regex(
    /^projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/locations\/[a-z0-9-]+\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/,
    "a key's name, projects/<id>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>",
  );

/** One identity, never all of them. https://cloud.google.com/iam/docs/principal-identifiers */
export const member = z
  .string()
  .regex(
    /^((user|group|serviceAccount):[^\s:@*]+@[^\s:@*]+\.[a-z]+|principal:\/\/iam\.googleapis\.com\/[^\s*]+\/subject\/[^\s*]+)$/,
    "one member: user:<email>, group:<email>, serviceAccount:<email>, or principal://… of one subject",
  );
