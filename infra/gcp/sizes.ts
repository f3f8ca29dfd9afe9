import type { PlatformArgs } from "../contracts/platform";
import { consumers, keysOf } from "../environment";
import { limits } from "../limits";
import type { GcpSettings } from "./settings";
import { federationsOf } from "./trust";

/** What is too much for Google, which would say so in the middle of an up. */
export function* sizes({
  environment,
  settings,
  ci,
}: PlatformArgs<GcpSettings>): Generator<string> {
  for (const { pool, id, condition } of federationsOf(settings, ci)) {
    if (condition.length <= limits.gcpConditionSize) continue;
    yield `gcp.access: the condition of the provider ${id} of ${pool} has ${String(condition.length)} characters; Google takes ${String(limits.gcpConditionSize)}; fix: name fewer subjects, or split the stack`;
  }
  // Each key's policy has the bindings of all its consumers.
  const members = consumers.reduce((sum, consumer) => {
    const access = settings.access[consumer];
    if (access === undefined || keysOf(environment, consumer).length === 0) return sum;
    return sum + ("principals" in access ? 2 * Object.keys(access.principals).length : 1);
  }, 0);
  if (members > limits.gcpPolicyMembers) {
    yield `gcp.access: makes ${String(members)} bindings on a secret; a policy takes ${String(limits.gcpPolicyMembers)} members; fix: name groups in place of people`;
  }
}
