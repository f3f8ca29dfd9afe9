import { shown } from "../configError";
import type { PlatformArgs } from "../contracts/platform";
import { limits } from "../limits";
import type { AzureSettings } from "./settings";

/** Ranges that are nobody's on the internet, which a vault's firewall refuses. https://www.rfc-editor.org/rfc/rfc1918 */
const privateRange = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;

/** From where the vault can be reached. https://learn.microsoft.com/azure/key-vault/general/network-security */
export function* network({
  environment,
  settings,
}: PlatformArgs<AzureSettings>): Generator<string> {
  const { allowedIps, allowedSubnets, trustedServices, privateEndpoint } = settings.network;
  if (settings.vault.mode === "create") {
    if (allowedIps.length + allowedSubnets.length === 0 && privateEndpoint === undefined) {
      yield "azure.network: nobody could reach the vault; allowed: privateEndpoint, allowedSubnets, allowedIps; fix: add at least one of them";
    }
  } else if (allowedIps.length + allowedSubnets.length > 0 || trustedServices) {
    yield `azure.network: the firewall of a vault that is ${settings.vault.mode === "adopt" ? "adopted" : "external"} is its owner's; fix: remove allowedIps, allowedSubnets and trustedServices`;
  }
  for (const ip of allowedIps) {
    if (privateRange.test(ip)) {
      yield `azure.network.allowedIps: got ${ip}, a private address; allowed: public ones; fix: use privateEndpoint or allowedSubnets for a network of your own`;
    }
    if (
      environment.stage === "prod" &&
      Number(ip.split("/")[1] ?? "32") < limits.azureIpPrefixInProd
    ) {
      yield `azure.network.allowedIps: got ${ip}; prod takes no range wider than /${String(limits.azureIpPrefixInProd)}; fix: name the addresses that are meant`;
    }
  }
  for (const [name, list, most] of [
    ["allowedIps", allowedIps, limits.azureIpRules],
    ["allowedSubnets", allowedSubnets, limits.azureSubnetRules],
  ] as const) {
    if (list.length > most) {
      yield `azure.network.${name}: got ${String(list.length)}; a vault takes ${String(most)}; fix: join ranges, or use privateEndpoint`;
    }
    for (const one of list.filter((each, at) => list.indexOf(each) !== at)) {
      yield `azure.network.${name}: got ${shown(one)} twice; fix: name it once`;
    }
  }
  if (privateEndpoint?.zoneId !== undefined && privateEndpoint.dns === "create") {
    yield "azure.network.privateEndpoint.zoneId: is for dns external; fix: remove it or set dns to external";
  }
}
