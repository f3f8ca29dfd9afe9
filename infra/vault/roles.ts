import type * as pulumi from "@pulumi/pulumi";
import { AuthBackendRole as AppRole } from "@pulumi/vault/approle/authBackendRole";
import { AuthBackendRole as JwtRole } from "@pulumi/vault/jwt/authBackendRole";
import { AuthBackendRole as KubernetesRole } from "@pulumi/vault/kubernetes/authBackendRole";
import type { Children } from "../component";
import type { CiSettings } from "../contracts/platform";
import { tokenCoordinates } from "../pipelineToken";
import { reviewerOf, type AuthMounts, type LoginMethod } from "./authMounts";
import type { ConsumerAccess, VaultSettings } from "./settings";

/** What every role needs: its policy, and how long its tokens live. */
export interface RoleArgs {
  /** Physical name, also the policy's. */
  readonly name: string;
  readonly policy: pulumi.Resource;
  readonly tokenTtl: number;
  readonly tokenMaxTtl: number;
  readonly mounts: AuthMounts;
}

/** Coordinates of a login, for the wiring. */
export type Login = Readonly<Record<string, string>>;

const tokenSettings = ({ name, tokenTtl, tokenMaxTtl }: RoleArgs) => ({
  tokenPolicies: [name],
  // The default policy gives every token a cubbyhole and more that nobody here needs.
  tokenNoDefaultPolicy: true,
  tokenTtl,
  tokenMaxTtl,
});

const roleOptions = ({ policy, mounts }: RoleArgs, method: LoginMethod, children: Children) =>
  children.options({ dependsOn: [policy, ...(mounts[method] ?? [])] });

/** AppRole: the SecretID is issued by a command, wrapped, for one login. https://openbao.org/docs/auth/approle/ */
export function appRole(
  role: RoleArgs,
  access: NonNullable<ConsumerAccess["approle"]>,
  mount: { readonly path: string },
  children: Children,
): Login {
  new AppRole(
    children.name("approle"),
    {
      ...tokenSettings(role),
      backend: mount.path,
      roleName: role.name,
      // Fixed, so that the wiring knows it in a preview. It names who logs in; the SecretID proves it.
      roleId: role.name,
      bindSecretId: true,
      secretIdBoundCidrs: access.cidrs,
      tokenBoundCidrs: access.cidrs,
      secretIdTtl: access.secretIdTtl,
      secretIdNumUses: access.secretIdUses,
    },
    roleOptions(role, "approle", children),
  );
  return { mount: mount.path, role: role.name, roleId: role.name };
}

/** Kubernetes: the Pod's projected token. https://openbao.org/docs/auth/kubernetes/ */
export function kubernetesRole(
  role: RoleArgs,
  access: NonNullable<ConsumerAccess["kubernetes"]>,
  mount: NonNullable<VaultSettings["auth"]["kubernetes"]>,
  children: Children,
): Login {
  new KubernetesRole(
    children.name("kubernetes"),
    {
      ...tokenSettings(role),
      backend: mount.path,
      roleName: role.name,
      boundServiceAccountNames: access.serviceAccounts,
      boundServiceAccountNamespaces: access.namespaces,
      audience: access.audience,
    },
    roleOptions(role, "kubernetes", children),
  );
  const reviewer = reviewerOf(mount);
  return {
    ...{ mount: mount.path, role: role.name, audience: access.audience },
    ...(reviewer && { reviewer }),
    // Which Pods: a deployment in another place would be refused. Neither has a comma in its name.
    namespaces: access.namespaces.join(","),
    serviceAccounts: access.serviceAccounts.join(","),
  };
}

/** JWT: the pipeline's OIDC token, by exact claims. https://openbao.org/docs/auth/jwt/ */
export function jwtRole(
  role: RoleArgs,
  claims: CiSettings["claims"],
  ci: CiSettings,
  mount: NonNullable<VaultSettings["auth"]["jwt"]>,
  children: Children,
): Login {
  new JwtRole(
    children.name("jwt"),
    {
      ...tokenSettings(role),
      backend: mount.path,
      roleName: role.name,
      roleType: "jwt",
      userClaim: "sub",
      boundAudiences: [ci.audience],
      boundClaimsType: "string",
      // The provider takes a claim's values as one comma-separated string. What every token must carry comes last: a
      // role can add to it and not replace it.
      boundClaims: Object.fromEntries(
        Object.entries({ ...claims, ...ci.claims }).map(([claim, values]) => [
          claim,
          values.join(","),
        ]),
      ),
    },
    roleOptions(role, "jwt", children),
  );
  const { environment = [] } = { ...claims, ...ci.claims };
  return { mount: mount.path, role: role.name, ...tokenCoordinates(ci, environment) };
}
