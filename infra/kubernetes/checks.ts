import type { CheckArgs, Claim, PlatformArgs } from "../contracts/platform";
import { keysOf } from "../environment";
import { labelProblems } from "./labels";
import { hasSecrets, ownName, podAccount, readerAccount, secretName, workloadsOf } from "./layout";
import type { KubernetesSettings } from "./settings";
import { source } from "./sourceChecks";

type Args = CheckArgs<KubernetesSettings>;

/** Contradictions between settings, each with its fix: what a schema of single values cannot say. */
export const contradictions = (args: Args): readonly string[] => [
  ...source(args),
  ...delivery(args),
  ...inProd(args),
  ...people(args),
  ...pipeline(args),
  ...labelProblems(args.environment.tags),
];

/** What a way into Pods cannot do. */
function* delivery({ settings }: Args): Generator<string> {
  const { delivery: way, target, restart, access } = settings;
  if (way === "csi" && target.mode === "merge") {
    yield "kubernetes.target.mode: got merge; the CSI driver makes its Secret and adds to none; fix: set it to own, with a target.secretName that Helm does not use";
  }
  if (way === "vaultAgent" && restart === "reloader") {
    yield "kubernetes.restart: got reloader, which watches Secrets; vaultAgent makes none; fix: set it to none, and restart Pods after a rotation";
  }
  for (const consumer of ["operator", "breakGlass"] as const) {
    if (way === "vaultAgent" && access[consumer] !== undefined) {
      yield `kubernetes.access.${consumer}: with vaultAgent there is no object to look at; fix: remove it`;
    }
  }
  for (const workload of workloadsOf(settings)) {
    if (way !== "externalSecrets" && access[workload]?.reader !== undefined) {
      yield `kubernetes.access.${workload}.reader: is for kubernetes.delivery externalSecrets; got ${way}, by which Pods read for themselves; fix: remove it`;
    }
  }
}

/** Looser settings have a name, and prod takes none of them. */
function* inProd({ environment, settings }: Args): Generator<string> {
  if (environment.stage !== "prod") return;
  if (settings.namespace.podSecurity !== "restricted") {
    yield `kubernetes.namespace.podSecurity: got ${settings.namespace.podSecurity}; prod takes restricted; fix: give Pods a seccomp profile and set it`;
  }
  if (settings.network.policy === "none") {
    yield "kubernetes.network.policy: got none; prod bounds what Pods call; fix: set it to create";
  }
}

/** A key for each workload, and nobody twice. */
function* people({ environment, settings }: Args): Generator<string> {
  for (const workload of workloadsOf(settings)) {
    if (keysOf(environment, workload).length === 0) {
      yield `kubernetes.access.${workload}: there is no key for it; fix: remove the section or enable a key for it`;
    }
  }
  const { app, ci } = settings.access;
  if (ci?.serviceAccount === app.serviceAccount) {
    yield `kubernetes.access.ci.serviceAccount: got ${ci.serviceAccount}, the application's; jobs and application would be one; fix: name another`;
  }
}

function* pipeline({ settings, ci }: Args): Generator<string> {
  const one = settings.pipeline;
  if (one === undefined) return;
  if (!ci) {
    yield "kubernetes.pipeline: is of a pipeline that the stack does not say; fix: add the ci section";
  }
  for (const group of one.apply.groups.filter((each) => one.preview.groups.includes(each))) {
    yield `kubernetes.pipeline: got ${group} for preview and for apply; who previews would apply; fix: give each its own`;
  }
}

/** Names that this platform will use. */
export function claims({
  environment,
  settings,
}: PlatformArgs<KubernetesSettings>): readonly Claim[] {
  const { name } = settings.namespace;
  const cluster = settings.clusterId ?? settings.context ?? "the current context";
  const inNamespace = (kind: string, what: string, setting: string): Claim => ({
    scope: `${kind} in ${name} of ${cluster}`,
    name: what,
    setting: `kubernetes.${setting}`,
  });
  return workloadsOf(settings).flatMap((one): readonly Claim[] => {
    const pods = podAccount(one, settings);
    const reader = readerAccount(one, settings);
    return [
      inNamespace("service account", pods, `access.${one}.serviceAccount`),
      ...(reader === pods ? [] : [inNamespace("service account", reader, `access.${one}.reader`)]),
      ...(hasSecrets(settings)
        ? [
            inNamespace(
              "Secret",
              secretName(one, settings),
              one === "app" ? "target.secretName" : "access.ci.secretName",
            ),
          ]
        : [inNamespace("name", ownName(environment, one), `access.${one}`)]),
    ];
  });
}
