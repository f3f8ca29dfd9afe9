import {
  allowedContextKeysForRequest,
  runSimulation,
  type Simulation,
} from "@cloud-copilot/iam-simulate";
import { named, ofType, type Recorded } from "./mocks";

/**
 * A policy evaluator for AWS, of which only tests know (AGPL): identity and resource policies, key policies and trusts.
 * https://github.com/cloud-copilot/iam-simulate. It takes what the program registered, never what built it.
 */
export interface Request {
  /** ARN of a role or user, or the name of a service such as `ecs-tasks.amazonaws.com`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface Policies {
  readonly identity?: readonly unknown[];
  /** Of the secret, the key or the role that is asked for. */
  readonly resource?: unknown;
}

/**
 * Whether a request is allowed.
 * @throws when it is no request that AWS knows: an action, a resource or a policy that is none
 */
export async function allowed(
  { principal, action, resource, context }: Request,
  { identity = [], resource: resourcePolicy }: Policies,
): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  const known = await allowedContextKeysForRequest(service, name, resource, false, undefined);
  const contextOfKey = known.includes("kms:encryptioncontext:${encryptioncontextkey}");
  const spelt = <T>(value: T): T => withSlash(value, contextOfKey);
  const simulation: Simulation = {
    request: {
      principal,
      action,
      // A bucket, or anything at all, is of the caller's account: its ARN names none.
      resource: { resource, accountId: accountIn(resource) || accountIn(principal) },
      contextVariables: spelt(context) as Record<string, string | string[]>,
    },
    identityPolicies: identity.map((policy, index) => ({
      name: String(index),
      policy: spelt(policy),
    })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy === undefined ? {} : { resourcePolicy: spelt(resourcePolicy) }),
  };
  const found = await runSimulation(simulation, { simulationMode: "Strict" });
  if (found.resultType === "error") {
    throw new Error(`${action} on ${resource}: ${JSON.stringify(found.errors)}`);
  }
  return found.overallResult === "Allowed";
}

const accountIn = (arn: string): string => arn.split(":")[4] ?? "";

/**
 * The evaluator knows names of ours in a condition key after a slash (`aws:PrincipalTag/x`) and not around a colon: an
 * encryption context (`kms:EncryptionContext:x`), a claim of an issuer (`<issuer>:sub`). It leaves those out. They
 * stand here under a tag's name in the request and in the policies alike: the context where AWS knows it of an action.
 */
function withSlash<T>(value: T, contextOfKey: boolean): T {
  const claims = JSON.stringify(value).replaceAll(
    /"([\w./-]+\.[\w./-]+):(aud|sub)":/g,
    (_, issuer: string, claim: string) =>
      `"aws:PrincipalTag/${claim}-of-${issuer.replaceAll("/", "-")}":`,
  );
  return JSON.parse(
    contextOfKey
      ? claims.replaceAll("kms:EncryptionContext:", "aws:PrincipalTag/EncryptionContext-")
      : claims,
  ) as T;
}

const json = (value: unknown): unknown => JSON.parse(String(value));

/** What the program registered for AWS, as the evaluator takes it. */
export interface Account {
  /** The inline policies of a role. */
  readonly grantsOf: (role: string) => readonly unknown[];
  readonly trustOf: (role: string) => unknown;
  /** The policy of the secret that a component's child is. */
  readonly secretPolicy: (child: string) => unknown;
  readonly keyPolicy: (child: string) => unknown;
  readonly roles: readonly string[];
}

export function accountOf(
  resources: readonly Pick<Recorded, "name" | "type" | "inputs">[],
): Account {
  const roles = ofType(resources, "aws:iam/role:Role");
  const policies = ofType(resources, "aws:iam/rolePolicy:RolePolicy");
  const own = (role: string) => {
    const found = roles.find(({ inputs }) => inputs["name"] === role);
    if (found) return found;
    throw new Error(`no role ${role}`);
  };
  return {
    roles: roles.map(({ inputs }) => String(inputs["name"])),
    grantsOf: (role) =>
      policies
        .filter(({ name }) => name === `${own(role).name}-grants`)
        .map(({ inputs }) => json(inputs["policy"])),
    trustOf: (role) => json(own(role).inputs["assumeRolePolicy"]),
    secretPolicy: (child) => json(named(resources, `${child}-policy`).inputs["policy"]),
    keyPolicy: (child) => json(named(resources, child).inputs["policy"]),
  };
}
