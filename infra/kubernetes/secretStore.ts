import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type { OperatorTask } from "../contracts/capability";
import type * as contract from "../contracts/secretStore";
import { agentTask } from "./agent";
import { csiTask, providerClass } from "./csi";
import { explainTaken } from "./errorHooks";
import { externalSecret, mergeTask } from "./externalSecret";
import { hasSecrets, merges, secretName, workloadOf, workloadsOf } from "./layout";
import type { StoreSettings } from "./settings";
import { readingOf, type SourceGiven } from "./sources";

export interface SecretStoreArgs extends ComponentArgs {
  readonly settings: StoreSettings;
  /** The platform that the keys are read from. */
  readonly given: SourceGiven;
}

/**
 * The namespace, and how keys come there from another platform of the stack: what is declared are names, and whoever
 * reads the source puts the values in. No Secret is made here, because a Secret of the program's would have its values
 * in the program's state.
 */
export class SecretStore extends Component implements contract.SecretStore {
  public readonly references: Readonly<Record<string, contract.SecretReference>>;
  public readonly adoption: contract.Adoption;
  public readonly tasks: readonly OperatorTask[];
  /** What has to be there before anything of the namespace. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: SecretStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const { given, ...own } = args;
    // Of the source only its name: what it is, its own components show.
    super("kubernetes", "SecretStore", name, { ...own }, opts);
    const { environment, settings } = args;
    this.adoption = settings.namespace.mode;
    this.ready = this.adoption === "create" ? [this.namespace(args)] : [];
    this.after = this.ready;
    const place = { environment, settings, children: this.children() };
    this.tasks = workloadsOf(settings).flatMap((workload): readonly OperatorTask[] => {
      const reading = readingOf(workload, given, environment, settings);
      if (settings.delivery === "externalSecrets") {
        externalSecret(workload, reading, settings, place);
        return merges(workload, settings) ? [mergeTask(settings, environment)] : [];
      }
      if (settings.delivery === "csi") {
        providerClass(workload, reading, settings, place);
        return [csiTask(workload, reading, place, settings)];
      }
      return [agentTask(workload, reading)];
    });
    this.references = references(args);
    this.registerOutputs({ references: this.references, adoption: this.adoption });
  }

  /**
   * Pods that ask for more than the standard are refused. What a destroy keeps: all that runs there would go with it.
   * https://kubernetes.io/docs/concepts/security/pod-security-admission/
   */
  private namespace({ environment, settings }: SecretStoreArgs): Namespace {
    const { name, podSecurity } = settings.namespace;
    const own = this.childName("namespace");
    const modes = ["enforce", "audit", "warn"].map((mode) => [
      `pod-security.kubernetes.io/${mode}`,
      podSecurity,
    ]);
    return new Namespace(
      own,
      {
        metadata: {
          name,
          labels: { ...environment.tags, ...(Object.fromEntries(modes) as object) },
        },
      },
      this.childOptions({
        retainOnDelete: true,
        hooks: {
          onError: [
            explainTaken(
              own,
              `the namespace ${name}`,
              "after a destroy, which keeps it, and if it is somebody else's: set kubernetes.namespace.mode to external",
            ),
          ],
        },
      }),
    );
  }
}

/** A key that comes into the namespace is there; one that no Pod gets is where the source has it. */
const references = ({ environment, settings, given }: SecretStoreArgs): SecretStore["references"] =>
  Object.fromEntries(
    environment.keys.map((key) => {
      const workload = workloadOf(key, environment, settings);
      const locator: Readonly<Record<string, string>> =
        workload !== undefined && hasSecrets(settings)
          ? {
              namespace: settings.namespace.name,
              secret: secretName(workload, settings),
              key: key.env,
            }
          : { source: settings.source, ...given.wiring.references[key.id]?.locator };
      return [key.id, { key: key.id, env: key.env, locator }];
    }),
  );
