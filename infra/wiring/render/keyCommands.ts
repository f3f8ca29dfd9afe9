import { coordinate } from "./coordinate";
import type { ReaderKey } from "./renderer";

/**
 * Prints a key's value by the vendor's own command line.
 * @param at a coordinate of the key as the shell is to read it
 */
type KeyCommand = (key: ReaderKey, at: (name: string) => string) => string;

const commands: Readonly<Record<string, KeyCommand>> = {
  // https://docs.aws.amazon.com/cli/latest/reference/secretsmanager/get-secret-value.html
  aws: (_, at) =>
    `aws secretsmanager get-secret-value --region ${at("region")} --secret-id ${at("secret")} --query SecretString --output text | jq -er --arg key ${at("jsonKey")} '.[$key]'`,
  // https://learn.microsoft.com/cli/azure/keyvault/secret#az-keyvault-secret-show
  azure: (_, at) => `az keyvault secret show --id ${at("secretUrl")} --query value --output tsv`,
  // https://cloud.google.com/sdk/gcloud/reference/secrets/versions/access
  gcp: ({ locator }, at) =>
    `gcloud secrets versions access ${at("version")} --project ${at("projectId")} --secret ${at("name")}${locator["location"] === undefined ? "" : ` --location ${at("location")}`}`,
  // https://openbao.org/docs/commands/kv/get/
  vault: (_, at) => `"$cli" kv get -mount=${at("mount")} -field=${at("field")} ${at("path")}`,
};

/** The command that prints a key of a store. */
export const keyCommand = (
  method: string,
  key: ReaderKey,
  written: (name: string, value: string) => string,
): string => commands[method]?.(key, (name) => written(name, coordinate(key, name))) ?? "";
