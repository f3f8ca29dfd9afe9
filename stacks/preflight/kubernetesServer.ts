import type { Finding } from "../../infra/contracts/platform";
import { kinds as operatorKinds, type OperatorKind } from "../../infra/kubernetes/objects";
import { raisesAlerts } from "../../infra/kubernetes/capabilities";
import { limits } from "../../infra/limits";
import { told, type ClusterAnswer } from "../../stores/kubernetes/client";
import type { Look } from "./kubernetes";

const error = (message: string): Finding => ({ severity: "error", message });
const warning = (message: string): Finding => ({ severity: "warning", message });

/** A context is a name in somebody's own file: what a cluster keeps for life is the uid of its first namespace. */
export const identity: Look = async (client, { settings: { clusterId } }) => {
  const answer = await client.call("GET", "/api/v1/namespaces/kube-system");
  if (answer.status === 401) {
    return [
      error(
        `Kubernetes: the API server knows nobody by this login (${told(answer)}); fix: log in again`,
      ),
    ];
  }
  if (clusterId === undefined) return [];
  if (answer.status !== 200) {
    return [
      error(
        `kubernetes.clusterId: which cluster this is cannot be seen (${told(answer)}); fix: let who runs this get the namespace kube-system, or remove the setting`,
      ),
    ];
  }
  const { uid } = (answer.body as { metadata: { uid: string } }).metadata;
  return uid === clusterId
    ? []
    : [
        error(
          `kubernetes.clusterId: got ${clusterId}, and this cluster is ${uid}; fix: use the context of the cluster that is meant, or correct kubernetes.clusterId`,
        ),
      ];
};

/** https://kubernetes.io/releases/version-skew-policy/ */
export const version: Look = async (client) => {
  const answer = await client.call("GET", "/version");
  if (answer.status !== 200)
    return [warning(`Kubernetes: its version: not checked (${told(answer)})`)];
  const { major = "", minor = "" } = answer.body as { major?: string; minor?: string };
  // Clouds write `35+`.
  const number = Number(minor.replace(/\D.*$/, ""));
  return Number(major) > 1 || number >= limits.kubernetesMinor
    ? []
    : [
        warning(
          `Kubernetes: the API server is ${major}.${minor}; 1.${String(limits.kubernetesMinor)} is the oldest that gets patches; fix: upgrade the cluster`,
        ),
      ];
};

/** Kinds that operators bring, by what the server says of itself. */
export const kinds: Look = async (client, { settings }) => {
  const needed: readonly OperatorKind[] = [
    ...(settings.delivery === "externalSecrets"
      ? (["SecretStore", "ExternalSecret"] as const)
      : []),
    ...(settings.delivery === "csi" ? (["SecretProviderClass"] as const) : []),
    ...(raisesAlerts(settings) ? (["PrometheusRule"] as const) : []),
  ];
  const found = await Promise.all(
    needed.map(async (kind) => {
      const { apiVersion, operator } = operatorKinds[kind];
      const answer = await client.call("GET", `/apis/${apiVersion}`);
      if (answer.status !== 200 && answer.status !== 404) {
        return [warning(`Kubernetes: ${kind}: not checked (${told(answer)})`)];
      }
      return serves(answer, kind)
        ? []
        : [
            error(
              `Kubernetes: the cluster has no ${kind} of ${apiVersion}; fix: install ${operator}`,
            ),
          ];
    }),
  );
  return found.flat();
};

const serves = ({ status, body }: ClusterAnswer, kind: string): boolean => {
  const { resources = [] } = (body ?? {}) as { resources?: readonly { kind: string }[] };
  return status === 200 && resources.some((one) => one.kind === kind);
};
