import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type { OperatorTask } from "../contracts/capability";
import type * as contract from "../contracts/workloadAccess";
import type { Consumer } from "../environment";
import { csiDriver } from "../wiring/csiVolume";
import type { People } from "./accessSettings";
import { agentAnnotations } from "./agent";
import {
  hasSecrets,
  ownName,
  podAccount,
  readerAccount,
  secretName,
  merges,
  workloadsOf,
  type Workload,
} from "./layout";
import { networkPolicy } from "./networkPolicy";
import { granted, serviceAccount, type Rule } from "./objects";
import type { SecretStore } from "./secretStore";
import type { AccessSettings } from "./settings";
import { externalStoreOf, readingOf, type SourceGiven } from "./sources";
import type { Texts } from "./sources/source";

export interface WorkloadAccessArgs extends ComponentArgs {
  readonly settings: AccessSettings;
  readonly store: SecretStore;
  readonly given: SourceGiven;
}

type Logins = contract.Identity["logins"];

/**
 * Who is who in the namespace. Pods have a service account without any role and without a token; RBAC only allows, so
 * there is nothing to refuse. Nobody may list or watch Secrets: both read all of them.
 * https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets
 */
export class WorkloadAccess extends Component implements contract.WorkloadAccess {
  public readonly identities: Readonly<Partial<Record<Consumer, contract.Identity>>>;
  public readonly tasks: readonly OperatorTask[];

  constructor(name: string, args: WorkloadAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    const { given, ...own } = args;
    super("kubernetes", "WorkloadAccess", name, { ...own }, opts);
    const { environment, settings, store } = args;
    this.after = store.ready;
    const pods = workloadsOf(settings).map((one): [Consumer, Logins] => [
      one,
      this.pods(one, args),
    ]);
    const people = (["operator", "breakGlass"] as const).flatMap(
      (one): readonly [Consumer, Logins][] => {
        const access = settings.access[one];
        return access === undefined ? [] : [[one, this.people(one, access, args)]];
      },
    );
    this.identities = Object.fromEntries(
      [...pods, ...people].map(([consumer, logins]) => [
        consumer,
        { consumer, name: ownName(environment, consumer), logins },
      ]),
    );
    if (settings.network.policy === "create") {
      const vault = settings.delivery === "vaultAgent" ? given.wiring.env["VAULT_ADDR"] : undefined;
      networkPolicy(environment, settings, vault, this.children());
    }
    this.tasks = settings.namespace.podSecurity === "restricted" ? [restrictedTask] : [];
    this.registerOutputs({ identities: this.identities });
  }

  private pods(workload: Workload, args: WorkloadAccessArgs): Logins {
    const { environment, settings, given } = args;
    const reading = readingOf(workload, given, environment, settings);
    const name = podAccount(workload, settings);
    const reads = readerAccount(workload, settings) === name;
    const annotations = reads ? externalStoreOf(settings).annotations(reading.login) : {};
    const ofStore = reads && settings.delivery === "externalSecrets";
    const access = settings.access[workload];
    if (access?.mode === "create" && !ofStore) {
      const place = { environment, settings, children: this.children() };
      const whose = `of Helm's: set kubernetes.access.${workload}.mode to external`;
      serviceAccount(workload, { name, annotations, whose }, place);
    }
    const podAnnotations: Texts = {
      ...(settings.delivery === "vaultAgent" && agentAnnotations(reading)),
      ...(settings.restart === "reloader" && {
        // In a Pod's template it counts as in the workload's own metadata. https://github.com/stakater/Reloader
        "secret.reloader.stakater.com/reload": secretName(workload, settings),
      }),
    };
    return {
      pod: {
        ...{ namespace: settings.namespace.name, serviceAccount: name },
        // What the application's deployment makes itself, and what it finds there.
        ...{ serviceAccountOf: access?.mode === "create" ? "stack" : "deployment" },
        ...{
          delivery: settings.delivery,
          ...(hasSecrets(settings) && secretOf(workload, settings)),
        },
        ...annotations,
      },
      ...(Object.keys(podAnnotations).length > 0 && { podAnnotations }),
      ...(settings.delivery === "csi" && {
        csi: { driver: csiDriver, secretProviderClass: ownName(environment, workload) },
      }),
    };
  }

  private people(
    consumer: "operator" | "breakGlass",
    { subjects }: People,
    { environment, settings }: WorkloadAccessArgs,
  ): Logins {
    const place = { environment, settings, children: this.children() };
    const rules = rulesOf[consumer](environment, settings);
    granted(consumer, ownName(environment, consumer), rules, Object.values(subjects), place);
    return Object.fromEntries(
      Object.entries(subjects).map(([who, { kind, name }]) => [
        who,
        { kind, name, namespace: settings.namespace.name },
      ]),
    );
  }
}

/** The Secret of a workload's keys, and who makes it. */
const secretOf = (workload: Workload, settings: AccessSettings): Texts => ({
  secret: secretName(workload, settings),
  secretOf: merges(workload, settings) ? "deployment" : "stack",
});

type Environment = WorkloadAccessArgs["environment"];

/**
 * What people may do, by exact names. An operator writes nothing here: whoever may change a Secret is shown it by the
 * answer, and whoever may change an ExternalSecret says where a key goes.
 */
export const rulesOf: Readonly<
  Record<
    "operator" | "breakGlass",
    (environment: Environment, settings: AccessSettings) => readonly Rule[]
  >
> = {
  operator: (environment, settings) => {
    const resourceNames = workloadsOf(settings).map((one) => ownName(environment, one));
    return settings.delivery === "csi"
      ? [
          {
            apiGroups: ["secrets-store.csi.x-k8s.io"],
            resources: ["secretproviderclasses"],
            ...{ resourceNames, verbs: ["get"] },
          },
        ]
      : [
          {
            apiGroups: ["external-secrets.io"],
            resources: ["externalsecrets", "secretstores"],
            ...{ resourceNames, verbs: ["get"] },
          },
        ];
  },
  breakGlass: (_, settings) =>
    hasSecrets(settings)
      ? [
          {
            apiGroups: [""],
            resources: ["secrets"],
            resourceNames: workloadsOf(settings).map((one) => secretName(one, settings)),
            verbs: ["get"],
          },
        ]
      : [],
};

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
const restrictedTask: OperatorTask = {
  concern: "WorkloadAccess",
  title:
    "the namespace takes restricted Pods alone, and the application's chart and manifests set no seccomp profile: the wiring's formats helm and kustomize do; Pods of elsewhere are refused without these values",
  text: "podSecurityContext: { seccompProfile: { type: RuntimeDefault } }\n",
};
