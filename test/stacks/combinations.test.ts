import * as pulumi from "@pulumi/pulumi";
import * as log from "@pulumi/pulumi/log";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import type { Platforms } from "../../infra/config";
import type { Wiring } from "../../infra/wiring/document";
import { projectName } from "../../stacks/config";
import { platforms as registry } from "../../stacks/platforms";
import { program, type StackOutputs } from "../../stacks/program";
import { combined, sources, type PlatformName, type Source } from "../fixtures/combined";
import { once } from "../fixtures/once";
import { record, type Recorded } from "../support/mocks";

const names = [...sources, "kubernetes"] as const;

/**
 * What the fullest stack of each platform is made of, by hand: each component with itself and its children.
 * Keys: anthropic, openai, gemini, redis and gdpr of the application, snyk of the pipeline; all but gdpr rotate.
 */
const parts: Readonly<Record<PlatformName, Readonly<Record<string, number>>>> = {
  vault: {
    vault: 1,
    // A mount and the entries api_keys, redis, gdpr and snyk.
    "vault-store": 1 + 1 + 4,
    // Policies of five consumers; three methods, two of which have a config; three of them log in by AppRole, three by
    // Kubernetes, one by JWT.
    "vault-access": 1 + 5 + (3 + 2) + (3 + 3 + 1),
    "vault-audit": 1 + 2,
    "vault-rotation": 1,
    // A policy and a role, of preview and of apply.
    "vault-ci": 1 + 2 * 2,
  },
  aws: {
    aws: 1,
    // Keys with their aliases here and of the replica; api-keys, cache, gdpr and snyk, each with its policy.
    "aws-store": 1 + 2 * 2 + 4 * 2,
    // Roles with their policies: the application's by ECS (two), Pod Identity, IRSA, EC2, Lambda; the pipeline's by OIDC
    // and IRSA; rotator, operator, break-glass. An instance profile, an association, three endpoints.
    "aws-access": 1 + (6 + 2 + 3) * 2 + 1 + 1 + 3,
    // A bucket with seven settings and its policy; a log group; a key with its alias; a role with its policy; the trail.
    "aws-audit": 1 + (1 + 6 + 1) + 1 + 2 + 2 + 1,
    // Ten rules with their targets; thirty filters and twelve alarms; a topic with its policy and two subscribers; a key
    // with its alias; the check of ages with its role and the schedule's.
    "aws-alerts": 1 + 10 * 2 + (30 + 12) + (1 + 1 + 2) + 2 + (1 + 2 * 2),
    "aws-rotation": 1,
    // The provider; a role and its policy, of preview and of apply.
    "aws-ci": 1 + 1 + 2 * 2,
  },
  azure: {
    azure: 1,
    // Group and vault; an endpoint with its zone, the zone's link and its group.
    "azure-store": 1 + 2 + 4,
    // Two identities, each with a credential of the cluster; the pipeline's two subjects; roles of operator and rotator;
    // the application on five keys, the pipeline on one, the rotator on five, the operator on the vault; break-glass.
    "azure-access": 1 + 2 + 2 + 2 + 2 + (5 + 1 + 5 + 1) + 1,
    // A workspace and an account, each with its lock; the account's lifecycle; two settings.
    "azure-audit": 1 + 2 * 2 + 1 + 2,
    // Who hears of it; seven alerts of the activity log, ten of queries.
    "azure-alerts": 1 + 1 + 7 + 10,
    // A topic, and who is told.
    "azure-rotation": 1 + 2,
    // An identity with its credential, of preview and of apply; three roles, each assigned.
    "azure-ci": 1 + 2 * 2 + 3 * 2,
  },
  gcp: {
    gcp: 1,
    // Ten services and an identity; in two regions a ring, a key and its member; a topic and its member; six secrets.
    "gcp-store": 1 + (10 + 1) + 2 * 3 + 2 + 6,
    // Two accounts; pools of OIDC, AWS and Entra ID; providers of consumers, preview, apply, AWS and Entra ID; who acts as
    // the application (AWS, Entra ID, GKE) and the pipeline (two subjects, GKE); the application on five keys, the
    // pipeline on one, the rotator twice on five, the operator twice on six, break-glass on six; a denial, two policies
    // of the organisation, a perimeter.
    "gcp-access": 1 + 2 + 3 + 5 + (3 + 3) + (5 + 1 + 10 + 12 + 6) + 1 + 2 + 1,
    // A log bucket, a bucket, a dataset, each with its sink; members of the latter two; audit of two services.
    "gcp-audit": 1 + 3 * 2 + 2 + 2,
    // Who hears of it; five counts; twelve alerts.
    "gcp-alerts": 1 + 1 + 5 + 12,
    "gcp-rotation": 1 + 1,
    // An account, who acts as it, a role and its grant, of preview and of apply.
    "gcp-ci": 1 + 4 * 2,
  },
  kubernetes: {
    kubernetes: 1,
    // A namespace; an account, a store and what it brings, of the application and of jobs.
    "kubernetes-store": 1 + 1 + 3 * 2,
    // The jobs' account (the application's is Helm's); a policy of the network; a role and its binding, of operator and
    // of break-glass.
    "kubernetes-access": 1 + 1 + 1 + 2 * 2,
    "kubernetes-audit": 1,
    "kubernetes-rotation": 1,
    "kubernetes-alerts": 1 + 1,
    // A role and its binding, of preview and of apply.
    "kubernetes-ci": 1 + 2 * 2,
  },
};

/** What a cluster has more of, by its source: a Vault outside of it asks about both accounts' tokens by themselves. */
const more: Readonly<Record<Source, Readonly<Record<string, number>>>> = {
  vault: { "kubernetes-store": 2 },
  ...{ aws: {}, azure: {}, gcp: {} },
};

/** Of which Pulumi provider a platform's resources are. */
const packages: Readonly<Record<PlatformName, string>> = {
  ...{ vault: "vault", aws: "aws", azure: "azure-native", gcp: "gcp", kubernetes: "kubernetes" },
};

/** Every combination of platforms; a cluster's source goes round those that its stack has. */
const subsets = Array.from({ length: 2 ** names.length - 1 }, (_, index) => {
  const enabled = names.filter((__, bit) => (index + 1) & (1 << bit));
  const stores = sources.filter((name) => enabled.includes(name));
  const source = enabled.includes("kubernetes") ? stores[index % stores.length] : undefined;
  return { title: enabled.join(", "), enabled, stores, source };
});
const deployed = subsets.filter(({ stores }) => stores.length > 0);

const info = jest.spyOn(log, "info").mockResolvedValue();

interface Run {
  readonly resources: readonly Recorded[];
  readonly outputs: StackOutputs | undefined;
  readonly error: unknown;
  readonly said: readonly string[];
}

/** The program as the engine runs it, but for what asks servers. */
const run = once(async (raw): Promise<Run> => {
  const offline = Object.fromEntries(
    Object.entries(registry).map(([name, platform]) => [
      name,
      { ...platform, preflight: () => Promise.resolve([]) },
    ]),
  ) as unknown as Platforms;
  runtimeConfig.setAllConfig(
    Object.fromEntries(
      Object.entries(raw).map(([key, value]) => [
        `${projectName}:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
  info.mockClear();
  let outputs: StackOutputs | undefined;
  let error: unknown;
  const resources = await record(async () => {
    try {
      outputs = await program(offline);
    } catch (caught) {
      error = caught;
    }
  });
  return { resources, outputs, error, said: info.mock.calls.map(([message]) => message) };
});

const stackOf = async (enabled: readonly Source[], source?: Source) => {
  const { outputs, error, ...made } = await run(combined(enabled, source));
  if (outputs === undefined) throw error;
  return { ...made, outputs };
};

/** The component or provider that a resource is, or is a child of. */
const ownerOf = ({ name, type, custom, parent }: Recorded): string =>
  !custom || type.startsWith("pulumi:providers:") ? name : (parent?.split("::").at(-1) ?? "nobody");

function countsOf(resources: readonly Recorded[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const owner of resources.map(ownerOf)) counts[owner] = (counts[owner] ?? 0) + 1;
  return counts;
}

/** What a platform's resources are, without the day on which they were made. */
const shownOf = (resources: readonly Recorded[], platform: string): readonly string[] =>
  resources
    .filter((one) => ownerOf(one).split("-")[0] === platform)
    .map((one) =>
      JSON.stringify(one, (key, value: unknown) => (key === "nextRotationTime" ? "" : value)),
    )
    .sort();

/** A document with what a cloud makes up. */
const known = (declared: StackOutputs["wiring"]): Promise<Wiring> =>
  new Promise((resolve) => {
    pulumi.output(declared).apply((document) => {
      resolve(document);
    });
  });

test("every platform of the registry is in a combination, and every source is read", () => {
  expect(names).toEqual(Object.keys(registry));
  expect(new Set(subsets.map(({ title }) => title)).size).toBe(31);
  expect(deployed).toHaveLength(30);
  expect(new Set(deployed.flatMap(({ source }) => source ?? []))).toEqual(new Set(sources));
});

describe.each(deployed)("$title", ({ enabled, stores, source }) => {
  const stack = () => stackOf(stores, source);

  test("is the sum of its parts, and nothing of others", async () => {
    const { resources } = await stack();
    const expected: Record<string, number> = {};
    for (const name of enabled) Object.assign(expected, parts[name]);
    for (const [owner, count] of Object.entries(source ? more[source] : {})) {
      expected[owner] = (expected[owner] ?? 0) + count;
    }
    expect(countsOf(resources)).toEqual(expected);
    expect(resources).toHaveLength(Object.values(expected).reduce((sum, count) => sum + count, 0));
  });

  test("has providers and tokens of its platforms alone", async () => {
    const { resources } = await stack();
    const types = [...new Set(resources.map(({ type }) => type))];
    const kinds = (start: string, at: number) =>
      new Set(types.filter((type) => type.startsWith(start)).map((type) => type.split(":")[at]));
    expect(kinds("pulumi:", 2)).toEqual(new Set(enabled.map((name) => packages[name])));
    expect(kinds("promptsentinel:", 1)).toEqual(new Set(enabled));
    expect(
      types.filter(
        (type) =>
          !/^(pulumi|promptsentinel):/.test(type) &&
          !enabled.some((name) => type.startsWith(`${packages[name]}:`)),
      ),
    ).toEqual([]);
  });

  test("its outputs, and what a run says, are of its platforms alone", async () => {
    const { outputs, said } = await stack();
    expect(Object.keys(outputs.wiring.platforms)).toEqual(enabled);
    expect(Object.keys(outputs.tasks)).toEqual(enabled.filter((name) => name === "kubernetes"));
    // Vault is a server of one's own, which nobody charges for.
    const priced = enabled.filter((name) =>
      name === "kubernetes" ? source !== "vault" : name !== "vault",
    );
    expect(Object.keys(outputs.costs)).toEqual(priced);
    expect(new Set(said.map((line) => line.split(" ")[0]))).toEqual(new Set(enabled));
  });

  test("each platform is what it is alone", async () => {
    const { resources, outputs } = await stack();
    for (const name of enabled) {
      const alone =
        name === "kubernetes"
          ? await stackOf(source === undefined ? [] : [source], source)
          : await stackOf([name]);
      expect(shownOf(resources, name)).toEqual(shownOf(alone.resources, name));
      const wiring = (await known(outputs.wiring)).platforms[name];
      expect(wiring).toEqual((await known(alone.outputs.wiring)).platforms[name]);
      expect(outputs.tasks[name]).toEqual(alone.outputs.tasks[name]);
      expect(outputs.costs[name]).toEqual(alone.outputs.costs[name]);
    }
  });
});

describe("a cluster without its source", () => {
  const cases = subsets
    .filter(({ enabled }) => enabled.includes("kubernetes"))
    .flatMap(({ stores }) =>
      sources
        .filter((name) => !stores.includes(name))
        .map((missing) => ({ stores, missing, title: `${missing} of ${stores.join(", ")}` })),
    );

  test.each(cases)("is refused, and nothing is made: $title", async ({ stores, missing }) => {
    const { error, resources } = await run(combined(stores, missing));
    const message =
      stores.length === 0
        ? `kubernetes.source: got ${missing}, which this stack does not enable, nor any other source; fix: add the ${missing} section`
        : `kubernetes.source: got ${missing}, which this stack does not enable; allowed: ${stores.join(", ")}; fix: use one of these, or add the ${missing} section`;
    expect((error as { problems?: unknown } | undefined)?.problems).toEqual([message]);
    expect(resources).toEqual([]);
  });
});
