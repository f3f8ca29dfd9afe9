import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** Why no cluster can be named: shown as it is. */
export class KubeconfigError extends Error {}

/** A list by names. What stands in an entry counts when it is the chosen one. */
const named = z.array(z.looseObject({ name: z.string() })).nullish();

const clusterEntry = z.looseObject({
  server: z.string(),
  "certificate-authority": z.string().optional(),
  "certificate-authority-data": z.string().optional(),
  "tls-server-name": z.string().optional(),
  "insecure-skip-tls-verify": z.boolean().optional(),
  "proxy-url": z.string().optional(),
});
const execEntry = z.looseObject({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  provideClusterInfo: z.boolean().optional(),
});
const userEntry = z.looseObject({
  "client-certificate": z.string().optional(),
  "client-certificate-data": z.string().optional(),
  "client-key": z.string().optional(),
  "client-key-data": z.string().optional(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  exec: execEntry.optional(),
});
const contextEntry = z.looseObject({ cluster: z.string(), user: z.string().optional() });
const file = z.looseObject({
  "current-context": z.string().nullish(),
  clusters: named,
  users: named,
  contexts: named,
});

export type Exec = z.output<typeof execEntry>;

/** Where a cluster is, and who is to be there. Values stay in memory. */
export interface ClusterAccess {
  readonly context: string;
  readonly server: string;
  readonly serverName?: string | undefined;
  readonly skipVerify: boolean;
  readonly proxy?: string | undefined;
  /** PEM. */
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
  readonly exec?: Exec | undefined;
}

/**
 * What the provider takes too: the files of KUBECONFIG, or the user's own, of which the first that says something of a
 * name counts. https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 * @param context @default the current one
 * @throws KubeconfigError when there is no such file, context or entry
 */
export function readKubeconfig(
  context: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): ClusterAccess {
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const paths = listed.length > 0 ? listed : [join(env["HOME"] ?? homedir(), ".kube", "config")];
  const files = paths.filter((path) => existsSync(path)).map((path) => read(path));
  if (files.length === 0) {
    throw new KubeconfigError(
      `KUBECONFIG: there is no file ${paths.join(" nor ")}; fix: log in to the cluster (\`aws eks update-kubeconfig\`, \`az aks get-credentials\`, \`gcloud container clusters get-credentials\`)`,
    );
  }
  const first = <Found>(pick: (one: Read) => Found): NonNullable<Found> | undefined =>
    files.map(pick).find((one) => one !== undefined && one !== null && one !== "") as
      NonNullable<Found> | undefined;
  const wanted = context ?? first(({ content }) => content["current-context"]);
  if (wanted === undefined) {
    throw new KubeconfigError(
      "KUBECONFIG: has no current context; fix: set kubernetes.context, or `kubectl config use-context`",
    );
  }
  const chosen = first(({ content }) => find(content.contexts, wanted)?.["context"]);
  if (!chosen) {
    const names = files.flatMap(({ content }) => (content.contexts ?? []).map(({ name }) => name));
    throw new KubeconfigError(
      `kubernetes.context: got ${wanted}, which the kubeconfig does not have; it has ${names.join(", ") || "none"}; fix: use one of these, or log in to the cluster`,
    );
  }
  const at = checked(contextEntry, chosen, `context ${wanted}`);
  const cluster = first((one) => entry(one, one.content.clusters, at.cluster, "cluster"));
  if (!cluster) {
    throw new KubeconfigError(
      `KUBECONFIG: has no cluster ${at.cluster}, which context ${wanted} names; fix: log in to the cluster again`,
    );
  }
  const user = first((one) => entry(one, one.content.users, at.user ?? "", "user"));
  return { context: wanted, ...ofCluster(cluster), ...(user && ofUser(user)) };
}

interface Read {
  readonly folder: string;
  readonly content: z.output<typeof file>;
}

function read(path: string): Read {
  const content = checked(file, yaml(readFileSync(path, "utf8")), path);
  return { folder: dirname(path), content };
}

function yaml(text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch {
    return text;
  }
}

/** Values may be keys: only where it is wrong is told. */
function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join(".")).filter(Boolean);
  throw new KubeconfigError(
    `KUBECONFIG: ${what} is not as a kubeconfig has it${where.length > 0 ? `, at ${where.join(", ")}` : ""}; fix: log in to the cluster again`,
  );
}

interface Entry {
  readonly folder: string;
  readonly value: unknown;
}

const find = (
  list: readonly { readonly name: string; readonly [name: string]: unknown }[] | null | undefined,
  name: string,
) => (list ?? []).find((one) => one.name === name);

function entry(
  { folder }: Read,
  list: Parameters<typeof find>[0],
  name: string,
  member: string,
): Entry | undefined {
  const value = find(list, name)?.[member];
  return value === undefined || value === null ? undefined : { folder, value };
}

/** Data in the file goes before a file of its own, whose path is from the kubeconfig. */
const pem = (folder: string, data: string | undefined, path: string | undefined) =>
  data !== undefined
    ? Buffer.from(data, "base64").toString()
    : path === undefined
      ? undefined
      : text(folder, path);

const text = (folder: string, path: string): string => {
  const whole = isAbsolute(path) ? path : join(folder, path);
  if (!existsSync(whole)) {
    throw new KubeconfigError(`KUBECONFIG: there is no file ${whole}; fix: log in again`);
  }
  return readFileSync(whole, "utf8");
};

function ofCluster({ folder, value }: Entry) {
  const cluster = checked(clusterEntry, value, "the cluster");
  return {
    server: cluster.server,
    serverName: cluster["tls-server-name"],
    skipVerify: cluster["insecure-skip-tls-verify"] ?? false,
    proxy: cluster["proxy-url"],
    ca: pem(folder, cluster["certificate-authority-data"], cluster["certificate-authority"]),
  };
}

function ofUser({ folder, value }: Entry) {
  const user = checked(userEntry, value, "the user");
  return {
    certificate: pem(folder, user["client-certificate-data"], user["client-certificate"]),
    key: pem(folder, user["client-key-data"], user["client-key"]),
    // The file goes before the text: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
    token: user.tokenFile === undefined ? user.token : text(folder, user.tokenFile).trim(),
    exec: user.exec,
  };
}
