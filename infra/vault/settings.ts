import { z } from "zod";
import { claimValues } from "../claims";
import { adoptions } from "../contracts/secretStore";
import { duration, formatDuration } from "../duration";
import { limits } from "../limits";

const path = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/,
    "path segments of a-z, 0-9, _ and -, without a slash at either end",
  );

const authMount = (defaultPath: string) =>
  z.strictObject({
    mode: z.enum(adoptions).default("create").describe("Whose the login method is."),
    path: path.default(defaultPath).describe("Where it is mounted, below auth/."),
  });

const tokenTtl = duration(limits.tokenMaxTtlCeiling);

/** Bounds of an AppRole login. */
const approleAccess = z.strictObject({
  cidrs: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .min(1, "at least one address range, such as 10.0.0.0/16")
    .describe(
      "Addresses that may log in and use the token. Required: an unbound AppRole is a password.",
    ),
  secretIdTtl: duration(24 * 3600)
    .prefault(formatDuration(limits.secretIdTtl))
    .describe("How long a SecretID is good for, at most 24h."),
  secretIdUses: z
    .int()
    .min(1)
    .max(100)
    .default(limits.secretIdUses)
    .describe("How many logins a SecretID is good for."),
});

const kubernetesAccess = z.strictObject({
  namespaces: z
    .array(z.string().regex(/^[a-z0-9-]+$/, "a namespace; no wildcard"))
    .min(1)
    .describe("Namespaces whose Pods may log in."),
  serviceAccounts: z
    .array(z.string().regex(/^[a-z0-9.-]+$/, "a service account; no wildcard"))
    .min(1)
    .describe("Service accounts of those Pods."),
  audience: z.string().min(1).default("vault").describe("Audience of the service account's token."),
});

const access = z.strictObject({
  tokenTtl: tokenTtl
    .prefault(formatDuration(limits.tokenTtl))
    .describe("How long a token lives until it is renewed."),
  tokenMaxTtl: tokenTtl
    .prefault(formatDuration(limits.tokenMaxTtl))
    .describe("How long it lives however often it is renewed."),
  approle: approleAccess.optional(),
  kubernetes: kubernetesAccess.optional(),
  jwt: z
    .strictObject({
      claims: z
        .record(z.string(), claimValues)
        .describe("Claims of the pipeline's token, added to `ci.claims`: by exact value."),
    })
    .optional(),
});

const auditDevice = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("file"),
    path: z
      .string()
      .regex(/^\/[\w./-]+$/, "an absolute path on the server; to ship to a log service, use socket")
      .describe("The file, on the server."),
  }),
  z.strictObject({
    type: z.literal("socket"),
    address: z
      .string()
      .regex(/^[\w.-]+:\d+$/, "host:port")
      .describe("host:port of the collector."),
    socketType: z.enum(["tcp", "udp", "unix"]).default("tcp"),
  }),
]);

/** The `vault` section of a stack's config: HashiCorp Vault or OpenBao. No credential is a setting. */
export const vaultSettings = z.strictObject({
  server: z
    .enum(["openbao", "vault"])
    .describe("Which server it is: they differ in who may declare audit devices."),
  address: z
    .url({ protocol: /^https?$/, error: "an http:// or https:// address" })
    // It reaches state and the wiring: a credential must not come with it.
    .regex(/^[^@?#]*$/, "an address alone: without user, password or query")
    .describe("Its API. Beyond loopback, and always in prod, https:// only."),
  namespace: path
    .optional()
    .describe("Vault Enterprise or OpenBao namespace. Without it, the root namespace."),
  tls: z
    .strictObject({
      caCertFile: z
        .string()
        .optional()
        .describe(
          "PEM file of the authority that signed the server's certificate. Without it, the system's store.",
        ),
      skipVerify: z
        .boolean()
        .default(false)
        .describe("Do not verify the server's certificate. Refused in prod."),
    })
    .prefault({}),
  /** The KV version 2 mount. */
  kv: z
    .strictObject({
      mode: z.enum(adoptions).default("create").describe("Whose the mount is."),
      path: path
        .default("secret")
        .describe("Where it is. The guide's loader reads below `secret`."),
      prefix: path
        .default("promptsentinel")
        .describe(
          "First segment below the mount; change it only where environments must share a server.",
        ),
      maxVersions: z
        .int()
        .min(2)
        .max(100)
        .default(limits.kvMaxVersions)
        .describe("Versions that an entry keeps."),
    })
    .prefault({}),
  auth: z
    .strictObject({
      approle: authMount("approle").optional(),
      kubernetes: authMount("kubernetes")
        .extend({
          host: z
            .url({ protocol: /^https$/, error: "an https:// address" })
            .describe("The cluster's API, as the server reaches it."),
          caCertFile: z
            .string()
            .optional()
            .describe("PEM file of the authority that signed the cluster's certificate."),
        })
        .optional(),
      jwt: authMount("jwt")
        .extend({
          publicKeys: z
            .array(z.string().startsWith("-----BEGIN PUBLIC KEY-----"))
            .optional()
            .describe(
              "PEM public keys, for an issuer that the server cannot reach. Without them, the issuer's discovery document.",
            ),
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
    breakGlass: access.optional().describe("Reads every key. Off unless the section is there."),
  }),
  audit: z.strictObject({
    devices: z
      .record(z.string().regex(/^[a-z0-9-]+$/, "a-z, 0-9 and -"), auditDevice)
      .refine(
        (devices) => Object.keys(devices).length >= limits.auditDevices,
        `at least ${String(limits.auditDevices)} devices: a server whose only device fails refuses every request`,
      ),
    onMissing: z
      .enum(["error", "warning"])
      .default("error")
      .describe("What a missing device means on OpenBao, which takes them from its configuration."),
  }),
});

export type VaultSettings = z.output<typeof vaultSettings>;

/** What each component needs of the settings and so shows: a change touches none that it does not concern. */
export type StoreSettings = Pick<VaultSettings, "kv">;
export type AccessSettings = Pick<VaultSettings, "kv" | "auth" | "access">;
export type AuditSettings = Pick<VaultSettings, "server" | "audit">;

export type ConsumerAccess = z.output<typeof access>;
export type AuditDevice = z.output<typeof auditDevice>;
