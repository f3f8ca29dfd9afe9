import { audit, authBackend, genericEndpoint, mount, policy } from "./special";
import { written, type Kind } from "./written";

/** https://registry.terraform.io/providers/hashicorp/vault/latest/docs: "Common Token Arguments" of every role. */
const tokenFields = [
  "tokenTtl",
  "tokenMaxTtl",
  "tokenPolicies",
  "tokenBoundCidrs",
  "tokenExplicitMaxTtl",
  "tokenNoDefaultPolicy",
  "tokenNumUses",
  "tokenPeriod",
];

const role = { replaceOn: ["backend", "roleName"], path: "auth/{backend}/role/{roleName}" };

/** The resource types that this project uses, as the provider's documentation describes them. */
export const kinds: Readonly<Record<string, Kind>> = {
  "vault:index/mount:Mount": mount,
  "vault:index/policy:Policy": policy,
  "vault:index/authBackend:AuthBackend": authBackend,
  "vault:index/audit:Audit": audit,
  "vault:generic/endpoint:Endpoint": genericEndpoint,
  "vault:appRole/authBackendRole:AuthBackendRole": written({
    ...role,
    required: ["roleName"],
    defaults: { backend: "approle", bindSecretId: true },
    fields: [
      ...tokenFields,
      "bindSecretId",
      "secretIdBoundCidrs",
      "secretIdNumUses",
      "secretIdTtl",
    ],
    // Written and read by a call of its own.
    apart: "roleId",
  }),
  "vault:kubernetes/authBackendRole:AuthBackendRole": written({
    ...role,
    required: ["roleName", "boundServiceAccountNames"],
    defaults: { backend: "kubernetes" },
    fields: [
      ...tokenFields,
      "boundServiceAccountNames",
      "boundServiceAccountNamespaces",
      "audience",
    ],
  }),
  "vault:jwt/authBackendRole:AuthBackendRole": written({
    ...role,
    required: ["roleName", "userClaim"],
    defaults: { backend: "jwt", roleType: "oidc", boundClaimsType: "string" },
    fields: [
      ...tokenFields,
      "roleType",
      "userClaim",
      "boundAudiences",
      "boundClaimsType",
      "boundClaims",
    ],
    // A claim's values are one comma-separated string here and a list on the server.
    lists: "boundClaims",
  }),
  "vault:kubernetes/authBackendConfig:AuthBackendConfig": written({
    replaceOn: ["backend"],
    path: "auth/{backend}/config",
    required: ["kubernetesHost"],
    defaults: { backend: "kubernetes" },
    fields: ["kubernetesHost", "kubernetesCaCert", "disableLocalCaJwt", "issuer"],
    computed: ["kubernetesCaCert", "disableLocalCaJwt"],
    // The server has no call that removes it: it goes with its mount.
    staysOnDelete: true,
  }),
};
