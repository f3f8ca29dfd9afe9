import { WorkloadIdentityPool } from "@pulumi/gcp/iam/workloadIdentityPool";
import { WorkloadIdentityPoolProvider } from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { explainPool } from "./errorHooks";
import { importCommand } from "./imports";
import { poolName, type PoolKind } from "./layout";
import type { GcpSettings, PlaceSettings } from "./settings";
import type { Federation } from "./trust";

/**
 * Pools of whoever comes from outside, one for each kind, and in it a provider for each issuer.
 * https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation
 */
export function identityPools(
  federations: readonly Federation[],
  environment: Environment,
  settings: PlaceSettings & Pick<GcpSettings, "federation">,
  children: Children,
): readonly pulumi.Resource[] {
  const pools = new Map<PoolKind, WorkloadIdentityPool>();
  return federations.flatMap(({ pool: kind, id, mapping, condition, source }) => {
    const pool = pools.get(kind) ?? identityPool(kind, environment, settings, children);
    pools.set(kind, pool);
    const provider = new WorkloadIdentityPoolProvider(
      children.name(`pool-${kind}-${id}`),
      {
        project: settings.projectId,
        workloadIdentityPoolId: poolName(environment, settings, kind),
        workloadIdentityPoolProviderId: id,
        attributeMapping: mapping,
        attributeCondition: condition,
        ...("aws" in source
          ? { aws: source.aws }
          : {
              oidc: {
                issuerUri: source.oidc.issuerUri,
                allowedAudiences: [...source.oidc.allowedAudiences],
              },
            }),
      },
      children.options({ dependsOn: [pool] }),
    );
    return [pool, provider];
  });
}

function identityPool(
  kind: PoolKind,
  environment: Environment,
  settings: PlaceSettings & Pick<GcpSettings, "federation">,
  children: Children,
): WorkloadIdentityPool {
  const name = poolName(environment, settings, kind);
  const own = children.name(`pool-${kind}`);
  const { projectId: project } = settings;
  const command = importCommand({
    type: "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
    name: own,
    id: `projects/${project}/locations/global/workloadIdentityPools/${name}`,
    owner: { concern: "WorkloadAccess", name: children.owner },
  });
  return new WorkloadIdentityPool(
    own,
    {
      ...{ project, workloadIdentityPoolId: name },
      description: `Workloads of ${environment.app}, ${environment.stage}`,
    },
    children.options({ hooks: { onError: [explainPool(own, project, name, command)] } }),
  );
}
