import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { freePort, startTied, type TiedProcess } from "../../../../sandbox/processes";
import { throwawayAuthority, tokenKeys } from "../../../../sandbox/standin/loopback/authority";
import { readAudit, waitForAudit, type AuditEvent } from "./audit";
import { KubernetesClient } from "./client";

/**
 * A real API server with its etcd, and nothing else: no controller, scheduler or node, so that what is stored stays as
 * it was applied. It and its folder are gone when this process is.
 */
export interface Cluster {
  readonly address: string;
  /** In group system:masters: everything is allowed. It can act as anybody. */
  readonly admin: KubernetesClient;
  /** A client with a service account's token, and no certificate. */
  withToken(token: string): KubernetesClient;
  /** For kubectl and Pulumi, as the administrator. Readable by this user alone. */
  readonly kubeconfig: string;
  /** What was audited until now. */
  audit(): Promise<readonly AuditEvent[]>;
  /** The events of that kind, waited for: an event can come a moment after its response. */
  audited(is: (event: AuditEvent) => boolean): Promise<readonly AuditEvent[]>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Folder of etcd and kube-apiserver. */
  readonly bin: string;
  /**
   * An audit.k8s.io/v1 Policy (https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/), as YAML or an object.
   * @default nothing is audited
   */
  readonly auditPolicy?: string | object;
  /** More flags of kube-apiserver. */
  readonly flags?: readonly string[];
}

/** How long the two may take until they are ready. Milliseconds. */
const startTimeout = 60_000;
const noAudit = { apiVersion: "audit.k8s.io/v1", kind: "Policy", rules: [{ level: "None" }] };

/**
 * Starts a cluster on loopback, with certificates and keys of its own.
 * @throws with what the servers wrote, when they do not come up
 */
export async function startCluster({ bin, auditPolicy, flags }: ClusterOptions): Promise<Cluster> {
  // mkdtemp gives 0700: https://nodejs.org/api/fs.html#fspromisesmkdtempprefix-options
  const dir = await mkdtemp(join(tmpdir(), "promptsentinel-"));
  const file = (name: string): string => join(dir, name);
  const port = await freePort();
  const address = `https://127.0.0.1:${String(port)}`;
  const authority = await throwawayAuthority();
  const [server, person, tokens] = await Promise.all([
    authority.server("127.0.0.1"),
    authority.client("admin", "system:masters"),
    tokenKeys(),
  ]);
  const admin = { ca: authority.ca, ...person };
  const policy = typeof auditPolicy === "string" ? auditPolicy : stringify(auditPolicy ?? noAudit);
  const kubeconfig = kubeconfigOf(address, admin);
  const files = { ca: authority.ca, crt: server.certificate, key: server.key };
  const contents = {
    ...files,
    "sa.key": tokens.key,
    "sa.pub": tokens.publicKey,
    policy,
    kubeconfig,
  };
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(file(name), content, { mode: 0o600 });
  }

  const etcd = startTied("/bin/sh", inFolder(dir, [join(bin, "etcd"), ...etcdFlags]), {
    owns: dir,
  });
  const api = startTied(join(bin, "kube-apiserver"), [
    ...["--bind-address=127.0.0.1", `--secure-port=${String(port)}`],
    // A loopback address is no endpoint of the `kubernetes` service, which nothing here would use.
    ...["--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none"],
    `--etcd-servers=unix://${file("etcd.sock")}`,
    ...[`--tls-cert-file=${file("crt")}`, `--tls-private-key-file=${file("key")}`],
    ...[`--cert-dir=${dir}`, `--client-ca-file=${file("ca")}`],
    ...["--anonymous-auth=false", "--authorization-mode=RBAC"],
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${file("sa.pub")}`,
    `--service-account-signing-key-file=${file("sa.key")}`,
    "--service-cluster-ip-range=10.0.0.0/24",
    ...[`--audit-policy-file=${file("policy")}`, `--audit-log-path=${file("audit.log")}`],
    ...(flags ?? []),
  ]);
  const stop = async (): Promise<void> => {
    await api.stop();
    await etcd.stop();
  };
  const client = new KubernetesClient({ address, ...admin });
  try {
    await ready(client, { "kube-apiserver": api, etcd });
    return {
      address,
      admin: client,
      withToken: (token) => new KubernetesClient({ address, ca: authority.ca, token }),
      kubeconfig: file("kubeconfig"),
      audit: () => readAudit(file("audit.log")),
      audited: (is) => waitForAudit(file("audit.log"), is),
      async stop() {
        await client.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * etcd asks nobody who they are, and so listens on sockets in the private folder alone. Of such an address it takes
 * no path for its peers', but a name in the folder in which it runs.
 */
const etcdFlags = [
  ...[
    "--data-dir=etcd",
    "--listen-client-urls=unix://etcd.sock",
    "--listen-peer-urls=unix://peer.sock",
  ],
  // It does not start without saying where others could reach it, which have to look like this. Nobody listens there.
  "--advertise-client-urls=http://127.0.0.1:2379",
  "--initial-advertise-peer-urls=http://127.0.0.1:2380",
  "--initial-cluster=default=http://127.0.0.1:2380",
  // Nothing here has to survive a power cut.
  ...["--unsafe-no-fsync", "--log-level=warn"],
];

const inFolder = (dir: string, command: readonly string[]): readonly string[] => [
  ...["-c", 'cd "$0" && exec "$@"', dir],
  ...command,
];

/** Waits until all checks are good (https://kubernetes.io/docs/reference/using-api/health-checks/), and no longer than both live. */
async function ready(
  client: KubernetesClient,
  processes: Readonly<Record<string, TiedProcess>>,
): Promise<void> {
  const died = Object.entries(processes).map(async ([name, { ended }]) => {
    const { output, exitCode } = await ended;
    throw new Error(`kubernetes: ${name} ended with ${String(exitCode)}\n${output}`);
  });
  for (const one of died) one.catch(() => undefined);
  const up = async (): Promise<void> => {
    const deadline = Date.now() + startTimeout;
    for (;;) {
      const answer = await client.call("GET", "/readyz").catch((error: unknown) => error);
      if (answer instanceof Object && "status" in answer && answer.status === 200) return;
      if (Date.now() > deadline) throw new Error("kubernetes: not ready", { cause: answer });
      await sleep(100);
    }
  };
  await Promise.race([up(), ...died]);
}

function kubeconfigOf(
  server: string,
  { ca, certificate, key }: { ca: string; certificate: string; key: string },
): string {
  const data = (pem: string): string => Buffer.from(pem).toString("base64");
  const cluster = { server, "certificate-authority-data": data(ca) };
  const user = { "client-certificate-data": data(certificate), "client-key-data": data(key) };
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "admin", user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  });
}
