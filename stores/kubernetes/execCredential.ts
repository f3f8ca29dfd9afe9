import execa from "execa";
import { z } from "zod";
import { KubeconfigError, type ClusterAccess } from "./kubeconfig";

const answer = z.looseObject({
  status: z.looseObject({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

/** How long a cloud's own command may take. Milliseconds. */
const timeout = 60_000;

/**
 * Who is to be there, by the command that the kubeconfig names: `aws eks get-token`, `gke-gcloud-auth-plugin`,
 * `kubelogin`. It cannot ask anybody. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * @throws KubeconfigError when it gives no credential
 */
export async function withExec(
  access: ClusterAccess,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ClusterAccess> {
  const { exec, server, ca } = access;
  if (!exec || access.token !== undefined) return access;
  const cluster = {
    server,
    ...(ca !== undefined && { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
  };
  const info = {
    ...{ apiVersion: exec.apiVersion, kind: "ExecCredential" },
    spec: { interactive: false, ...(exec.provideClusterInfo === true && { cluster }) },
  };
  const own = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const { stdout, failed, exitCode } = await execa(exec.command, exec.args ?? [], {
    env: { ...env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    extendEnv: false,
    // What it prints may be a credential, so nothing of it is told.
    stdio: ["ignore", "pipe", "ignore"],
    ...{ timeout, reject: false },
  });
  const given = failed ? undefined : answer.safeParse(json(stdout)).data?.status;
  if (!given) {
    throw new KubeconfigError(
      `KUBECONFIG: the command ${exec.command} gives no credential (${failed ? `exit code ${String(exitCode)}` : "what it prints is no ExecCredential"}); fix: log in with it, or install it`,
    );
  }
  return {
    ...access,
    token: given.token,
    certificate: given.clientCertificateData ?? access.certificate,
    key: given.clientKeyData ?? access.key,
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
