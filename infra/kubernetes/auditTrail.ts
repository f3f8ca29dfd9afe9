import type * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/auditTrail";
import type { OperatorTask } from "../contracts/capability";
import { auditPolicy } from "./auditPolicy";
import type { TrailSettings } from "./settings";

export interface AuditTrailArgs extends ComponentArgs {
  readonly settings: TrailSettings;
}

/**
 * Who reads a Secret, the API server alone knows, and it takes what to log from its own start: the policy is handed to
 * whoever runs it. Where that is a cloud, it has a policy of its own that nobody changes, and a switch.
 */
export class AuditTrail extends Component implements contract.AuditTrail {
  public readonly mode = "server";
  public readonly sinks: readonly string[];
  public readonly tasks: readonly OperatorTask[];

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubernetes", "AuditTrail", name, { ...args }, opts);
    const { apiServer } = args.settings.audit;
    this.sinks = [sinks[apiServer]];
    this.tasks = [{ concern: "AuditTrail", ...taskOf[apiServer](args.settings) }];
    this.registerOutputs({ mode: this.mode, sinks: this.sinks });
  }
}

type ApiServer = TrailSettings["audit"]["apiServer"];

/** Where events arrive. */
const sinks: Readonly<Record<ApiServer, string>> = {
  own: "the log of kube-apiserver's --audit-log-path",
  eks: "CloudWatch Logs /aws/eks/<cluster>/cluster, streams kube-apiserver-audit",
  aks: "the diagnostic setting's category kube-audit",
  gke: "Cloud Audit Logs of k8s.io",
};

type Task = Omit<OperatorTask, "concern">;

const taskOf: Readonly<Record<ApiServer, (settings: TrailSettings) => Task>> = {
  // https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
  own: (settings) => ({
    title:
      "the API server takes its audit policy from its start alone: put these rules before others of the file that --audit-policy-file names, set --audit-log-path, and start it again",
    text: stringify(auditPolicy(settings)),
  }),
  // https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
  eks: () => ({
    title:
      "EKS has an audit policy of its own, which logs calls about Secrets without their bodies: turn its log on",
    text: `aws eks update-cluster-config --name <cluster> --logging '{"clusterLogging":[{"types":["audit","authenticator"],"enabled":true}]}'`,
  }),
  // https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-planeresource-logs
  aks: () => ({
    title:
      "AKS has an audit policy of its own: send its category kube-audit to a workspace; kube-audit-admin leaves reads out",
    text: `az monitor diagnostic-settings create --name audit --resource <cluster's id> --workspace <workspace's id> --logs '[{"category":"kube-audit","enabled":true},{"category":"guard","enabled":true}]'`,
  }),
  // Which of the two reads of Secrets are, Google does not say:
  // https://cloud.google.com/kubernetes-engine/docs/concepts/audit-policy
  gke: () => ({
    title:
      "GKE has an audit policy of its own: changes are logged always, reads when the Data Access log of k8s.io is on",
    text: "gcloud projects get-iam-policy <project> --format='yaml(auditConfigs)' > policy.yaml, add service container.googleapis.com with ADMIN_READ and DATA_READ, then gcloud projects set-iam-policy <project> policy.yaml",
  }),
};
