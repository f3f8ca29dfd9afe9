import { z } from "zod";
import { claimValues } from "../claims";
import { adoptions } from "../contracts/secretStore";
import { duration } from "../duration";
import { limits } from "../limits";

const path = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/,
    "path segments of a-z, 0-9, _ and -, without a slash at either end",
  );

const authMount = (defaultPath: string) =>
  z.strictObject({
    /** Whether the auth mount is ours. */
    mode: z.enum(adoptions).default("create"),
    path: path.default(defaultPath),
  });

const tokenTtl = duration(limits.tokenMaxTtlCeiling);

/** Bounds of an AppRole login. */
const approleAccess = z.strictObject({
  /** Addresses that may log in and use the token. Required: an unbound AppRole is a password. */
  cidrs: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .min(1, "at least one address range, such as 10.0.0.0/16"),
  secretIdTtl: duration(24 * 3600).default(limits.secretIdTtl),
  secretIdUses: z.int().min(1).max(100).default(limits.secretIdUses),
});

const kubernetesAccess = z.strictObject({
  namespaces: z.array(z.string().regex(/^[a-z0-9-]+$/, "a namespace; no wildcard")).min(1),
  serviceAccounts: z
    .array(z.string().regex(/^[a-z0-9.-]+$/, "a service account; no wildcard"))
    .min(1),
  audience: z.string().min(1).default("vault"),
});

const access = z.strictObject({
  tokenTtl: tokenTtl.default(limits.tokenTtl),
  tokenMaxTtl: tokenTtl.default(limits.tokenMaxTtl),
  approle: approleAccess.optional(),
  kubernetes: kubernetesAccess.optional(),
  /** Claims of the pipeline's token, added to `ci.claims`: by exact value. */
  jwt: z.strictObject({ claims: z.record(z.string(), claimValues) }).optional(),
});

const auditDevice = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("file"),
    path: z
      .string()
      .regex(
        /^\/[\w./-]+$/,
        "an absolute path on the server; to ship to a log service, use socket",
      ),
  }),
  z.strictObject({
    type: z.literal("socket"),
    /** `host:port` of the collector. */
    address: z.string().regex(/^[\w.-]+:\d+$/, "host:port"),
    socketType: z.enum(["tcp", "udp", "unix"]).default("tcp"),
  }),
]);

/** The `vault` section of a stack's config: HashiCorp Vault or OpenBao. No credential is a setting. */
export const vaultSettings = z.strictObject({
  /** Which server it is: they differ in who may declare audit devices. */
  server: z.enum(["openbao", "vault"]),
  address: z
    .url({ protocol: /^https?$/, error: "an http:// or https:// address" })
    // It reaches state and the wiring: a credential must not come with it.
    .regex(/^[^@?#]*$/, "an address alone: without user, password or query"),
  /** Vault Enterprise or OpenBao namespace. @default the root namespace */
  namespace: path.optional(),
  tls: z
    .strictObject({
      /** PEM file of the authority that signed the server's certificate. @default the system's store */
      caCertFile: z.string().optional(),
      /** Do not verify the server's certificate. Refused in prod. */
      skipVerify: z.boolean().default(false),
    })
    .prefault({}),
  /** The KV version 2 mount. The guide's loader reads below `secret`. */
  kv: z
    .strictObject({
      mode: z.enum(adoptions).default("create"),
      path: path.default("secret"),
      /** First segment below the mount; change it only where environments must share a server. */
      prefix: path.default("promptsentinel"),
      maxVersions: z.int().min(2).max(100).default(limits.kvMaxVersions),
    })
    .prefault({}),
  auth: z
    .strictObject({
      approle: authMount("approle").optional(),
      kubernetes: authMount("kubernetes")
        .extend({
          /** The cluster's API, as the server reaches it. */
          host: z.url({ protocol: /^https$/, error: "an https:// address" }),
          caCertFile: z.string().optional(),
        })
        .optional(),
      jwt: authMount("jwt")
        .extend({
          /** PEM public keys, for an issuer that the server cannot reach. @default the issuer's discovery document */
          publicKeys: z.array(z.string().startsWith("-----BEGIN PUBLIC KEY-----")).optional(),
        })
        .optional(),
    })
    .prefault({}),
  /** One section for each consumer that gets an identity. */
  access: z.strictObject({
    app: access,
    ci: access.optional(),
    rotator: access.optional(),
    operator: access,
    /** Reads every key. Off unless the section is there. */
    breakGlass: access.optional(),
  }),
  audit: z.strictObject({
    devices: z
      .record(z.string().regex(/^[a-z0-9-]+$/, "a-z, 0-9 and -"), auditDevice)
      .refine(
        (devices) => Object.keys(devices).length >= limits.auditDevices,
        `at least ${String(limits.auditDevices)} devices: a server whose only device fails refuses every request`,
      ),
    /** What a missing device means on a server that only its own configuration can give one. */
    onMissing: z.enum(["error", "warning"]).default("error"),
  }),
});

export type VaultSettings = z.output<typeof vaultSettings>;

/** What each component needs of the settings and so shows: a change touches none that it does not concern. */
export type StoreSettings = Pick<VaultSettings, "kv">;
export type AccessSettings = Pick<VaultSettings, "kv" | "auth" | "access">;
export type AuditSettings = Pick<VaultSettings, "server" | "audit">;

export type ConsumerAccess = z.output<typeof access>;
export type AuditDevice = z.output<typeof auditDevice>;
