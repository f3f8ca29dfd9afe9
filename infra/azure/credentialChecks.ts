import { shown } from "../configError";
import { ciRoles } from "../contracts/ciAccess";
import type { PlatformArgs } from "../contracts/platform";
import { limits } from "../limits";
import type { AzureSettings } from "./settings";
import { federationsOf, loginsOf, pipelineFederations, type Federation } from "./trust";

type Args = PlatformArgs<AzureSettings>;

/** Ways of workloads and of the pipeline to their identities. */
export function* credentials({ settings, ci }: Args): Generator<string> {
  for (const consumer of ["app", "ci"] as const) {
    const access = settings.access[consumer];
    if (!access) continue;
    const at = `azure.access.${consumer}`;
    if (loginsOf(access).length === 0) {
      yield `${at}: has no way in; allowed: aks, containerApps, appService, oidc; fix: add at least one of them`;
    }
    if (access.oidc && !ci) {
      yield `${at}.oidc: needs to know whose tokens to trust; fix: add the ci section`;
    }
    yield* each(`${at}.oidc.subjects`, federationsOf(access, settings, ci));
  }
  yield* pipeline({ settings, ci });
}

function* pipeline({ settings, ci }: Pick<Args, "settings" | "ci">): Generator<string> {
  const one = settings.pipeline;
  if (one === undefined) return;
  if (!ci) {
    yield "azure.pipeline: needs to know whose tokens to trust; fix: add the ci section";
    return;
  }
  for (const subject of one.apply.subjects.filter((each) => one.preview.subjects.includes(each))) {
    yield `azure.pipeline: got ${subject} for preview and for apply; who previews would apply; fix: give each its own, such as one environment each`;
  }
  for (const role of ciRoles) {
    yield* each(`azure.pipeline.${role}.subjects`, pipelineFederations(one[role].subjects, ci));
  }
}

/** What one identity takes: so many credentials, each with a name of its own. */
function* each(setting: string, federations: readonly Federation[]): Generator<string> {
  if (federations.length > limits.azureFederatedCredentials) {
    yield `${setting}: makes ${String(federations.length)} credentials; an identity takes ${String(limits.azureFederatedCredentials)}; fix: name fewer subjects`;
  }
  // Names of Azure do not tell capitals apart.
  const ids = federations.map(({ id }) => id.toLowerCase());
  for (const { subject } of federations.filter(
    ({ id }, at) => ids.indexOf(id.toLowerCase()) !== at,
  )) {
    yield `${setting}: got ${shown(subject)}, whose credential would have another's name; fix: name it once, or rename what it is a subject of`;
  }
}
