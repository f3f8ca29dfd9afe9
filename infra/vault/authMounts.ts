import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import { AuthBackend } from "@pulumi/vault/authBackend";
import { AuthBackend as JwtAuthBackend } from "@pulumi/vault/jwt/authBackend";
import { AuthBackendConfig } from "@pulumi/vault/kubernetes/authBackendConfig";
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

/** Name and options of a child, as the owning component gives them. */
export interface Children {
  name(suffix: string): string;
  options(extra?: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions;
}

const description = `${appName}: logins of its consumers`;

/** An adopted mount is tracked, never deleted, and keeps its owner's settings. */
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

function backend(
  type: "approle" | "kubernetes",
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
): readonly pulumi.Resource[] => backend("approle", settings, children);

function kubernetesMount(
  settings: NonNullable<VaultSettings["auth"]["kubernetes"]>,
  children: Children,
): readonly pulumi.Resource[] {
  const mount = backend("kubernetes", settings, children);
  if (settings.mode === "external") return mount;
  const config = new AuthBackendConfig(
    children.name("kubernetes-config"),
    {
      backend: settings.path,
      kubernetesHost: settings.host,
      // The client's own token reviews itself: a reviewer token here would be a credential in state.
      disableLocalCaJwt: settings.caCertFile !== undefined,
      ...(settings.caCertFile === undefined
        ? {}
        : { kubernetesCaCert: readFileSync(settings.caCertFile, "utf8") }),
    },
    children.options({ dependsOn: [...mount] }),
  );
  return [...mount, config];
}

function jwtMount(
  { mode, path, publicKeys }: NonNullable<VaultSettings["auth"]["jwt"]>,
  ci: CiSettings,
  children: Children,
): readonly pulumi.Resource[] {
  if (mode === "external") return [];
  return [
    new JwtAuthBackend(
      children.name("jwt"),
      {
        path,
        type: "jwt",
        boundIssuer: ci.issuer,
        ...(publicKeys === undefined
          ? { oidcDiscoveryUrl: ci.issuer }
          : { jwtValidationPubkeys: publicKeys }),
        ...(mode === "create" ? { description } : {}),
      },
      children.options(mountOptions("jwt", { mode, path }, children)),
    ),
  ];
}
