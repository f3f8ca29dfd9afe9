import { ClusterClient } from "./client";
import { withExec } from "./execCredential";
import { readKubeconfig } from "./kubeconfig";

/**
 * A client of the cluster that the provider would write to, as the same person.
 * @throws KubeconfigError when nobody is logged in there
 */
export async function connect(
  context: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ClusterClient> {
  return new ClusterClient(await withExec(readKubeconfig(context, env), env), env);
}
