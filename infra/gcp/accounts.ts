import { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { awaitAccount, explainGke } from "./errorHooks";
import { accountId } from "./layout";
import type { PlaceSettings } from "./settings";

export interface AccountArgs {
  /** Its id, before the `@`. */
  readonly name: string;
  readonly description: string;
  /** Who becomes it, as IAM names them, by the ending of the binding's name. */
  readonly members: Readonly<Record<string, string>>;
  readonly environment: Environment;
  readonly settings: PlaceSettings;
}

/**
 * A service account without a key, and who becomes it. Each binding is one member's: others that somebody made stay.
 * https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys
 */
export function account(
  suffix: string,
  { name, description, members, environment, settings }: AccountArgs,
  children: Children,
): Account {
  const made = new Account(
    children.name(suffix),
    {
      project: settings.projectId,
      accountId: name,
      displayName: name,
      description: `${description} of ${environment.app}, ${environment.stage}`,
    },
    children.options(),
  );
  for (const [id, member] of Object.entries(members)) {
    const own = children.name(`${suffix}-${id}`);
    new IAMMember(
      own,
      {
        serviceAccountId: accountId(name, settings),
        role: "roles/iam.workloadIdentityUser",
        member,
      },
      children.options({
        dependsOn: [made],
        hooks: {
          onError: [
            awaitAccount(own, name),
            ...(id === "gke" ? [explainGke(own, settings.projectId)] : []),
          ],
        },
      }),
    );
  }
  return made;
}
