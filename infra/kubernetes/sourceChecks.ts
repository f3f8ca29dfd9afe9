import { shown } from "../configError";
import type { CheckArgs } from "../contracts/platform";
import { loopback } from "../loopback";
import type { AzureSettings } from "../azure/settings";
import { publicCloudAlone } from "../externalSecrets/azure";
import { reviewerOf } from "../vault/authMounts";
import type { VaultSettings } from "../vault/settings";
import { readerAccount, workloadsOf } from "./layout";
import { sourceNames, type KubernetesSettings } from "./settings";
import { sourceOf, waysOf } from "./sources";

type Args = Pick<CheckArgs<KubernetesSettings>, "settings" | "enabled">;

/** What the source has to be, and whom it has to let in. */
export function* source(args: Args): Generator<string> {
  const { settings, enabled } = args;
  const theirs = enabled[settings.source];
  if (theirs === undefined) {
    const there = sourceNames.filter((name) => enabled[name] !== undefined);
    yield there.length === 0
      ? `kubernetes.source: got ${settings.source}, which this stack does not enable, nor any other source; fix: add the ${settings.source} section`
      : `kubernetes.source: got ${settings.source}, which this stack does not enable; allowed: ${there.join(", ")}; fix: use one of these, or add the ${settings.source} section`;
    return;
  }
  if (waysOf(settings).length === 0) {
    yield `kubernetes.delivery: got ${settings.delivery}, which reads Vault alone; the source is ${settings.source}; fix: use externalSecrets or csi`;
    return;
  }
  yield* logins(args, theirs);
  if (settings.source === "vault") yield* ofVault(settings, theirs as VaultSettings);
  else if (settings.apiAudience !== undefined) {
    yield `kubernetes.apiAudience: is of a Vault outside of the cluster; kubernetes.source is ${settings.source}; fix: remove it`;
  }
  if (settings.source === "azure") yield* ofAzure(theirs as AzureSettings);
}

/** Each workload's service account, as the source lets it in. */
function* logins({ settings }: Args, theirs: unknown): Generator<string> {
  const store = sourceOf(settings);
  const ways = waysOf(settings);
  const namespace = settings.namespace.name;
  for (const workload of workloadsOf(settings)) {
    const way = ways.find((one) => store.letsIn(theirs, workload, one) !== undefined);
    const account = readerAccount(workload, settings);
    const at = `${settings.source}.access.${workload}`;
    if (way === undefined) {
      yield `${at}: has no login for a cluster, by which kubernetes.access.${workload} reads; allowed: ${ways.join(", ")}; fix: add ${at}.${ways[0] ?? ""} for service account ${account} of namespace ${namespace}`;
      continue;
    }
    const { namespaces = [], serviceAccounts = [] } = store.letsIn(theirs, workload, way) ?? {};
    if (!namespaces.includes(namespace)) {
      yield `${at}.${way}: lets in namespace ${namespaces.join(", ")}; kubernetes.namespace.name is ${namespace}; fix: give both the same`;
    }
    if (!serviceAccounts.includes(account)) {
      yield `${at}.${way}: lets in service account ${serviceAccounts.join(", ")}; keys of ${workload} are read as ${account}; fix: name that one there, or set kubernetes.access.${workload}.${settings.delivery === "externalSecrets" ? "reader" : "serviceAccount"}`;
    }
  }
}

/** From inside of the cluster it is another machine, and it is verified. */
function* ofVault(
  { delivery, network, apiAudience }: KubernetesSettings,
  { address, tls, auth }: VaultSettings,
): Generator<string> {
  const reviewer = auth.kubernetes && reviewerOf(auth.kubernetes);
  const outside = reviewer === "client";
  if (outside && delivery !== "externalSecrets") {
    yield `kubernetes.delivery: got ${delivery}, by which a token has one audience; a Vault outside of the cluster (vault.auth.kubernetes.caCertFile) asks the API server about it by itself; fix: use externalSecrets`;
  } else if (outside && apiAudience === undefined) {
    yield "kubernetes.apiAudience: is missing; a Vault outside of the cluster (vault.auth.kubernetes.caCertFile) asks the API server about a token by that token; fix: set it to what `kubectl create token default | cut -d. -f2 | base64 -d` shows as aud";
  }
  if (reviewer === "server" && apiAudience !== undefined) {
    yield "kubernetes.apiAudience: a Vault that is in the cluster asks with its own token, and would get tokens that the API server takes; fix: remove it, or set vault.auth.kubernetes.caCertFile for a Vault outside of it";
  }
  if (loopback(address)) {
    yield `vault.address: got ${shown(address)}, which in a Pod is the Pod itself; kubernetes.source is vault; fix: use an address that the cluster reaches`;
  }
  if (tls.skipVerify) {
    yield "vault.tls.skipVerify: got true; whoever reads Vault in a cluster verifies its certificate; fix: set vault.tls.caCertFile";
  }
  if (tls.caCertFile !== undefined && delivery !== "externalSecrets") {
    yield `vault.tls.caCertFile: with kubernetes.delivery ${delivery} the file has to be in each Pod or node, which the program does not do; fix: use externalSecrets, or a certificate of an authority that all trust`;
  }
  if (
    delivery === "vaultAgent" &&
    network.policy === "create" &&
    network.vaultCidrs.length === 0 &&
    network.vaultNamespace === undefined
  ) {
    yield "kubernetes.network: with vaultAgent Pods call Vault, and nothing says where it is; fix: set kubernetes.network.vaultCidrs, or vaultNamespace for one in the cluster";
  }
}

/** The driver's provider: https://github.com/Azure/secrets-store-csi-driver-provider-azure/blob/master/pkg/auth/auth.go */
function* ofAzure({ cloud }: AzureSettings): Generator<string> {
  if (cloud === "public") return;
  yield `azure.cloud: got ${cloud}; ${publicCloudAlone}, and so does the CSI driver's provider; fix: set kubernetes.source to another platform`;
}
