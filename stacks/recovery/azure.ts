import type { AzureSettings } from "../../infra/azure/settings";
import type { Pending, PlatformArgs } from "../../infra/contracts/platform";
import { credentialOf } from "../../stores/azure/credential";
import {
  Management,
  ManagementError,
  reasonOf,
  type ManagementConnection,
} from "../../stores/azure/management";
import { eligibility, located } from "./azureIds";

type Args = PlatformArgs<AzureSettings>;
type Inputs = Pending["inputs"];

const text = (inputs: Inputs, name: string): string => {
  const value = inputs[name];
  return typeof value === "string" ? value : "";
};

const connection = ({ settings }: Args): ManagementConnection => ({
  cloud: settings.cloud,
  credential: credentialOf(settings),
});

/**
 * The id of a resource whose creation was cut off, if the subscription has it. All have to be looked for: a PUT would
 * write the same again, but the provider asks first and refuses what is there, other than settings that come with their
 * parent, of which none is ours.
 * https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/azure/client_azcore.go
 * https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/openapi/defaults/defaultResourcesState.go
 * @throws ManagementError where the caller may not look: then nobody knows, and nothing is forgotten
 */
export async function existingId(
  { type, inputs }: Pending,
  args: Args,
  connect: (args: Args) => ManagementConnection = connection,
): Promise<string | undefined> {
  if (!type.startsWith("azure-native:")) return undefined;
  if (type === eligibility) return eligibilityId(new Management(connect(args)), inputs);
  const found = located[type];
  if (found === undefined) {
    throw new Error(
      `${type}: nobody knows where to look for it, so it is not forgotten either; fix: add its "Import" section to stacks/recovery/azureIds.ts`,
    );
  }
  const id = filled(found.id, { subscriptionId: args.settings.subscriptionId, ...inputs });
  const answer = await new Management(connect(args)).get(id, found.apiVersion);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw new ManagementError(id, answer.status, reasonOf(answer));
  // Azure's own spelling of it, which the provider keeps too.
  const { id: own } = answer.body as { id?: string };
  return own ?? id;
}

/** An id of a template. What stands for a path of its own, as a scope does, begins with its slash. */
const filled = (template: string, inputs: Inputs): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = text(inputs, name);
    if (value === "") throw new Error(`${template}: ${name} is not known`);
    return value.replace(/^\//, "");
  });

/**
 * Only one is there for a scope, a principal and a role, by which the provider finds it; the id that it keeps is its
 * path as it stands, without a name.
 * https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/resources/customresources/custom_pim_eligibility.go
 * https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedules/list-for-scope
 */
async function eligibilityId(client: Management, inputs: Inputs): Promise<string | undefined> {
  const provider = `${text(inputs, "scope")}/providers/Microsoft.Authorization`;
  const principal = text(inputs, "principalId");
  const all = await client.list(`${provider}/roleEligibilitySchedules`, "2020-10-01", {
    $filter: `principalId eq '${principal}'`,
  });
  const same = (one: unknown, name: string): boolean =>
    typeof one === "string" && one.toLowerCase() === text(inputs, name).toLowerCase();
  const there = all?.some((one) => {
    const { properties = {} } = one as { properties?: Readonly<Record<string, unknown>> };
    return (
      properties["memberType"] === "Direct" &&
      same(properties["principalId"], "principalId") &&
      same(properties["roleDefinitionId"], "roleDefinitionId")
    );
  });
  return there === true
    ? `${provider}/roleEligibilityScheduleRequests/{roleEligibilityScheduleRequestName}`
    : undefined;
}
