import type { Finding, PlatformArgs } from "../../infra/contracts/platform";
import type { KubernetesSettings } from "../../infra/kubernetes/settings";
import { ClusterUnreachable, type ClusterClient } from "../../stores/kubernetes/client";
import { connect } from "../../stores/kubernetes/connect";
import { KubeconfigError } from "../../stores/kubernetes/kubeconfig";
import { examplesIn } from "./examples";
import { namespace, podsWithout, rights } from "./kubernetesNamespace";
import { identity, kinds, version } from "./kubernetesServer";

export type Args = PlatformArgs<KubernetesSettings>;

/** One part of what is looked at. */
export type Look = (client: ClusterClient, args: Args) => Promise<readonly Finding[]>;

/** Who looks, and where: made when it is needed, because what is wrong with it is a finding too. */
export type Connect = (args: Args) => Promise<ClusterClient>;

const error = (message: string): Finding => ({ severity: "error", message });
const connection: Connect = ({ settings }) => connect(settings.context);

/**
 * What has to be true of the cluster before anything is registered: somebody is logged in, it is the one that is meant,
 * it knows the kinds that the stack makes, and the namespace is there, or is not, as the settings say. Reads only, and
 * no Secret.
 */
export async function preflight(
  args: Args,
  connecting: Connect = connection,
): Promise<readonly Finding[]> {
  const placeholders = examplesIn("kubernetes", args.settings, "Kubernetes", []);
  if (placeholders.length > 0) return placeholders.map(error);
  let client: ClusterClient | undefined;
  try {
    client = await connecting(args);
    const first = await identity(client, args);
    if (first.some(({ severity }) => severity === "error")) return first;
    const looks: readonly Look[] = [version, kinds, namespace, podsWithout, rights];
    const own = client;
    const rest = await Promise.all(looks.map((look) => look(own, args)));
    return [...first, ...rest.flat()];
  } catch (failure) {
    if (failure instanceof KubeconfigError) return [error(failure.message)];
    if (!(failure instanceof ClusterUnreachable)) throw failure;
    return [
      error(
        `Kubernetes: ${failure.server} does not answer (${failure.reason}); fix: the way to it, such as a VPN or HTTPS_PROXY, or kubernetes.context`,
      ),
    ];
  } finally {
    await client?.close();
  }
}
