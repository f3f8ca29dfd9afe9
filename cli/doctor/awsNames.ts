import { paginateListSecrets } from "@aws-sdk/client-secrets-manager";
import { isStoreError } from "../../stores/errors";
import { isDenied } from "../../stores/aws/errors";
import { Secret } from "../../stores/aws/secret";
import { serviceOf } from "../../stores/aws/service";
import type { Place } from "../../stores/store";
import type { Check, Checks } from "./check";
import { named, nearName } from "./names";
import { putCommand } from "./put";
import type { Subject } from "./subject";

/** Where the guide's loader looks, and where people put things by default. */
const usualRegions = (env: NodeJS.ProcessEnv): readonly string[] => [
  ...new Set(
    [env["AWS_REGION"], env["AWS_DEFAULT_REGION"], "us-east-1"].flatMap((one) => one || []),
  ),
];

/**
 * Of a key that is not where the application looks: another member of the JSON, another secret of the region, the same
 * secret in another region.
 */
export async function awsName(
  say: Checks,
  place: Place,
  places: readonly Place[],
  { env, at }: Pick<Subject, "env" | "at">,
): Promise<Check> {
  const { env: key, id } = place.key;
  const { region = "", secret = "", jsonKey = "" } = place.locator;
  const put = putCommand(id, "aws", at);
  const looks = `the application looks at ${secret} in ${region}, member ${jsonKey}`;
  const wrong = (found: string, fix: string): Check =>
    say.failed("name", `${looks}; there is ${found}`, fix, key);

  const members = await membersOf(region, secret);
  const right = places.map(({ locator }) => locator["jsonKey"] ?? "");
  const member = members && nearName(jsonKey, place.key, members, right);
  if (member !== undefined) {
    return wrong(`the member ${named(member)}`, `${put}, and take that member out`);
  }
  if (members === undefined) {
    for (const other of usualRegions(env).filter((one) => one !== region)) {
      if ((await membersOf(other, secret)) !== undefined) {
        return wrong(
          `a secret of that name in ${other}`,
          `\`export AWS_REGION=${other}\`, or correct aws.region in the stack's config: the guide's loader looks in us-east-1`,
        );
      }
    }
    const rightSecrets = places.map(({ locator }) => locator["secret"] ?? "");
    const found = await secretsOf(region);
    if ("refusal" in found) {
      return say.unseen(
        "name",
        `the secrets of ${region} could not be listed (${found.refusal})`,
        `\`aws secretsmanager list-secrets --region ${region} --query 'SecretList[].Name'\``,
        key,
      );
    }
    const other = nearName(secret, place.key, found.names, rightSecrets);
    if (other !== undefined) {
      return wrong(
        `the secret ${named(other)}`,
        `name it in the stack's config (aws.secrets.names), or ${put}`,
      );
    }
  }
  return say.ok("name", "nothing like it is nearby", { key });
}

/** Names of what a secret's JSON holds; none where that cannot be read; undefined where there is no such secret. */
async function membersOf(region: string, name: string): Promise<readonly string[] | undefined> {
  const service = serviceOf(region);
  try {
    const current = await new Secret(service, region, name).current();
    return current === undefined || current === "hidden" ? [] : Object.keys(current.members);
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return error.kind === "missing" ? undefined : [];
  } finally {
    service.destroy();
  }
}

/** Names of a region's secrets; none where the caller may not list; the refusal's name where it is another. */
async function secretsOf(
  region: string,
): Promise<{ readonly names: readonly string[] } | { readonly refusal: string }> {
  const client = serviceOf(region);
  try {
    const names: string[] = [];
    for await (const { SecretList = [] } of paginateListSecrets({ client }, { MaxResults: 100 })) {
      names.push(...SecretList.map(({ Name = "" }) => Name));
    }
    return { names };
  } catch (error) {
    return isDenied(error) ? { names: [] } : { refusal: (error as Error).name };
  } finally {
    client.destroy();
  }
}
