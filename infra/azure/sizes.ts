import type { PlatformArgs } from "../contracts/platform";
import { consumers } from "../environment";
import { limits } from "../limits";
import { grantsOf, namesCondition } from "./grants";
import type { AzureSettings } from "./settings";

/** What is too much for Azure, which would say so in the middle of an up. */
export function* sizes({ environment, settings }: PlatformArgs<AzureSettings>): Generator<string> {
  const assignments = consumers.reduce((sum, consumer) => {
    const access = settings.access[consumer];
    if (access === undefined) return sum;
    const many = "principals" in access ? Object.keys(access.principals).length : 1;
    return sum + grantsOf(consumer, environment, settings).length * many;
  }, 0);
  if (assignments > limits.azureRoleAssignments) {
    yield `azure.access: makes ${String(assignments)} role assignments; a subscription takes ${String(limits.azureRoleAssignments)} of everybody's; fix: have fewer keys or principals, or split the stack`;
  }
  const size = Buffer.byteLength(namesCondition(environment, settings));
  if (settings.access.operator.byName && size > limits.azureConditionSize) {
    yield `azure.access.operator.byName: its condition has ${String(size)} bytes; Azure takes ${String(limits.azureConditionSize)}; fix: turn it off in a vault of the stack's own, or split the stack`;
  }
}
