import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import { AuthBackend } from "@pulumi/vault/authBackend";
import { Endpoint } from "@pulumi/vault/generic/endpoint";
import { AuthBackendConfig } from "@pulumi/vault/kubernetes/authBackendConfig";
import type { Children } from "../component";
import type { CiSettings } from "../contracts/platform";
import type { Adoption } from "../contracts/secretStore";
import { appName } from "../naming";
import { explainTaken } from "./errorHooks";
import type { VaultSettings } from "./settings";

/** Login methods that this platform can offer. */
export const loginMethods = ["approle", "kubernetes", "jwt"] as const;
export type LoginMethod = (typeof loginMethods)[number];

/** Resources that roles of a method have to wait for; empty for a mount that is not ours. */
export type AuthMounts = Readonly<Partial<Record<LoginMethod, readonly pulumi.Resource[]>>>;

const description = `${appName}: logins of its consumers`;

/** An adopted mount is tracked, never deleted, and keeps its owner's settings and config. */
const mountOptions = (
  type: LoginMethod,
  { mode, path }: { mode: Adoption; path: string },
  children: Children,
): pulumi.CustomResourceOptions =>
  mode === "adopt"
    ? { import: path, retainOnDelete: true, ignoreChanges: ["description", "tune"] }
    : {
        hooks: {
          onError: [explainTaken(children.name(type), `auth/${path}`, `vault.auth.${type}.mode`)],
        },
      };

/** Enables the login methods that the settings name. */
export function authMounts(
  { auth }: Pick<VaultSettings, "auth">,
  ci: CiSettings | undefined,
  children: Children,
): AuthMounts {
  return {
    ...(auth.approle && { approle: approleMount(auth.approle, children) }),
    ...(auth.kubernetes && { kubernetes: kubernetesMount(auth.kubernetes, children) }),
    ...(auth.jwt && ci && { jwt: jwtMount(auth.jwt, ci, children) }),
  };
}

function mounted(
  type: LoginMethod,
  { mode, path }: { mode: Adoption; path: string },
  children: Children,
): readonly pulumi.Resource[] {
  if (mode === "external") return [];
  return [
    new AuthBackend(
      children.name(type),
      { type, path, ...(mode === "create" ? { description } : {}) },
      children.options(mountOptions(type, { mode, path }, children)),
    ),
  ];
}

const approleMount = (
  settings: NonNullable<VaultSettings["auth"]["approle"]>,
  children: Children,
): readonly pulumi.Resource[] => mounted("approle", settings, children);

/**
 * By whose token Vault asks the API server about a token: a Vault in the cluster by its own, one outside by that token.
 * Undefined where the mount is somebody else's, who alone knows it.
 */
export const reviewerOf = ({
  mode,
  caCertFile,
}: NonNullable<VaultSettings["auth"]["kubernetes"]>): "server" | "client" | undefined =>
  mode !== "create" ? undefined : caCertFile === undefined ? "server" : "client";

function kubernetesMount(
  settings: NonNullable<VaultSettings["auth"]["kubernetes"]>,
  children: Children,
): readonly pulumi.Resource[] {
  const mount = mounted("kubernetes", settings, children);
  if (settings.mode !== "create") return mount;
  const config = new AuthBackendConfig(
    children.name("kubernetes-config"),
    {
      backend: settings.path,
      kubernetesHost: settings.host,
      // The client's own token reviews itself: a reviewer token here would be a credential in state.
      disableLocalCaJwt: reviewerOf(settings) === "client",
      ...(settings.caCertFile === undefined
        ? {}
        : { kubernetesCaCert: readFileSync(settings.caCertFile, "utf8") }),
    },
    children.options({ dependsOn: [...mount] }),
  );
  return [...mount, config];
}

/**
 * Mount and config apart, unlike `vault.jwt.AuthBackend`, whose creation is both: cut off between the two, it could
 * neither be read nor made again. https://github.com/hashicorp/terraform-provider-vault/blob/main/vault/resource_jwt_auth_backend.go
 */
function jwtMount(
  settings: NonNullable<VaultSettings["auth"]["jwt"]>,
  ci: CiSettings,
  children: Children,
): readonly pulumi.Resource[] {
  const mount = mounted("jwt", settings, children);
  if (settings.mode !== "create") return mount;
  const config = new Endpoint(
    children.name("jwt-config"),
    {
      path: `auth/${settings.path}/config`,
      dataJson: JSON.stringify({
        bound_issuer: ci.issuer,
        ...(settings.publicKeys === undefined
          ? { oidc_discovery_url: ci.issuer }
          : { jwt_validation_pubkeys: settings.publicKeys }),
      }),
      ignoreAbsentFields: true,
      // It goes with the mount; the server knows no other way.
      disableDelete: true,
    },
    children.options({ dependsOn: [...mount] }),
  );
  return [...mount, config];
}
