import { ofType } from "../../support/mocks";
import type { Up } from "./recordedUp";

/** What the engine recorded, with one thing of it otherwise. */
export type Mutant = readonly [name: string, resources: readonly Up[]];

type Inputs = Up["inputs"];

const changed = (made: readonly Up[], one: Up, how: string, inputs: Inputs): Mutant => [
  `${one.name} ${how}`,
  made.map((other) => (other === one ? { ...one, inputs: { ...one.inputs, ...inputs } } : other)),
];
const without = (made: readonly Up[], one: Up): Mutant => [
  `${one.name} taken away`,
  made.filter((other) => other !== one),
];

/** Each grant, role, denial and provider with one thing dropped or widened. */
export const mutants = (made: readonly Up[]): readonly Mutant[] => [
  ...made
    .filter(({ type }) => /IamMember$/i.test(type))
    .flatMap((one) => grantOtherwise(made, one)),
  ...ofType(made, "gcp:projects/iAMCustomRole:IAMCustomRole").flatMap((one) =>
    roleOtherwise(made, one),
  ),
  ...ofType(made, "gcp:iam/denyPolicy:DenyPolicy").flatMap((one) => denialOtherwise(made, one)),
  ...ofType(made, "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider").flatMap(
    (one) => providerOtherwise(made, one),
  ),
];

/** Roles that sound right, by where they would be granted. */
const soundRight: readonly (readonly [type: RegExp, roles: readonly string[]])[] = [
  [
    /secretmanager/,
    ["secretAccessor", "secretVersionManager", "secretVersionAdder", "viewer", "admin"].map(
      (role) => `roles/secretmanager.${role}`,
    ),
  ],
  [/serviceaccount/, ["roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser"]],
  [/projects/, ["roles/viewer", "roles/editor", "roles/owner"]],
  [/pubsub/, ["roles/pubsub.subscriber", "roles/editor"]],
  [/kms/, ["roles/owner"]],
  [/storage/, ["roles/owner"]],
  [/bigquery/, ["roles/owner"]],
];

const everybody = ["allUsers", "allAuthenticatedUsers", "group:everybody@promptsentinel.ai"];

function grantOtherwise(made: readonly Up[], grant: Up): readonly Mutant[] {
  const { role, member, condition } = grant.inputs as {
    role: string;
    member: string;
    condition?: { title: string; expression: string };
  };
  const roles = soundRight.find(([type]) => type.test(grant.type))?.[1] ?? [];
  const pool = /^principal(?:Set)?:\/\/(.+\/workloadIdentityPools\/[^/]+)\//.exec(member)?.[1];
  const onProject: Up = {
    ...grant,
    type: "gcp:projects/iAMMember:IAMMember",
    inputs: { project: "sentinel-prod-4711", role, member, ...(condition && { condition }) },
  };
  return [
    without(made, grant),
    changed(made, grant, "to somebody else", { member: "user:somebody@example.com" }),
    ...(condition ? [] : everybody.map((to) => changed(made, grant, `to ${to}`, { member: to }))),
    ...roles
      .filter((other) => other !== role)
      // A basic role takes no condition.
      .map((other) => changed(made, grant, `of ${other}`, { role: other })),
    ...(pool === undefined
      ? []
      : [changed(made, grant, "to the whole pool", { member: `principalSet://${pool}/*` })]),
    ...(grant.type === onProject.type
      ? []
      : [
          [
            `${grant.name} on the project`,
            made.map((other) => (other === grant ? onProject : other)),
          ] as const,
        ]),
    ...(condition
      ? [
          changed(made, grant, "without its condition", { condition: undefined }),
          ...expressionsOtherwise(condition.expression).map(([how, expression]) =>
            changed(made, grant, how, { condition: { ...condition, expression } }),
          ),
        ]
      : []),
  ];
}

function roleOtherwise(made: readonly Up[], role: Up): readonly Mutant[] {
  const { permissions } = role.inputs as { permissions: readonly string[] };
  const more = [
    ...["secretmanager.versions.access", "secretmanager.versions.add"],
    ...["iam.serviceAccounts.getAccessToken", "resourcemanager.projects.setIamPolicy"],
    ...["iam.serviceAccounts.setIamPolicy", "logging.sinks.update"],
  ];
  return [
    ...permissions.map((one) =>
      changed(made, role, `without ${one}`, {
        permissions: permissions.filter((other) => other !== one),
      }),
    ),
    ...more.map((one) =>
      changed(made, role, `with ${one}`, { permissions: [...permissions, one] }),
    ),
  ];
}

interface Rule {
  readonly denyRule: Readonly<Record<string, readonly string[]>>;
}

function denialOtherwise(made: readonly Up[], denial: Up): readonly Mutant[] {
  const { rules } = denial.inputs as unknown as { rules: readonly Rule[] };
  const onto = (project: string): string =>
    encodeURIComponent(`cloudresourcemanager.googleapis.com/projects/${project}`);
  return [
    without(made, denial),
    changed(made, denial, "on another project", { parent: onto("704321987655") }),
    ...rules.flatMap(({ denyRule }) => {
      const { exceptionPrincipals = [] } = denyRule;
      const of = (how: string, other: object): Mutant =>
        changed(made, denial, how, { rules: [{ denyRule: { ...denyRule, ...other } }] });
      const add = "secretmanager.googleapis.com/versions.add";
      const account = "principal://iam.googleapis.com/projects/-/serviceAccounts";
      const more = ["preview", "apply"].map(
        (name) =>
          `${account}/promptsentinel-prod-${name}@sentinel-prod-4711.iam.gserviceaccount.com`,
      );
      return [
        of("of another permission", { deniedPermissions: [add] }),
        of("of the people alone", { deniedPrincipals: ["principal://goog/subject/a@example.com"] }),
        ...exceptionPrincipals.map((one) =>
          of(`without the exception ${one}`, {
            exceptionPrincipals: exceptionPrincipals.filter((other) => other !== one),
          }),
        ),
        ...[...more, "principalSet://goog/group/platform@promptsentinel.ai"].map((one) =>
          of(`with the exception ${one}`, { exceptionPrincipals: [...exceptionPrincipals, one] }),
        ),
      ];
    }),
  ];
}

function providerOtherwise(made: readonly Up[], provider: Up): readonly Mutant[] {
  const { attributeCondition, attributeMapping, aws, oidc } = provider.inputs as {
    attributeCondition: string;
    attributeMapping: Readonly<Record<string, string>>;
    aws?: object;
    oidc?: { issuerUri: string; allowedAudiences: readonly string[] };
  };
  const of = (how: string, inputs: Inputs): Mutant => changed(made, provider, how, inputs);
  return [
    without(made, provider),
    of("off", { disabled: true }),
    of("without its condition", { attributeCondition: undefined }),
    ...expressionsOtherwise(attributeCondition).map(([how, other]) =>
      of(how, { attributeCondition: other }),
    ),
    ...Object.keys(attributeMapping).map((attribute) =>
      of(`with nothing but x for ${attribute}`, {
        attributeMapping: { ...attributeMapping, [attribute]: "'x'" },
      }),
    ),
    ...(aws ? [of("of another account", { aws: { accountId: "111111111111" } })] : []),
    ...(oidc
      ? [
          of("of another issuer", { oidc: { ...oidc, issuerUri: `${oidc.issuerUri}/other` } }),
          of("without audiences", { oidc: { ...oidc, allowedAudiences: [] } }),
          of("with every usual audience", {
            oidc: {
              ...oidc,
              allowedAudiences: [...oidc.allowedAudiences, "api://AzureADTokenExchange"],
            },
          }),
        ]
      : []),
  ];
}

/** An expression without one of its terms, or without one value of its lists. */
function expressionsOtherwise(expression: string): readonly (readonly [string, string])[] {
  const terms = expression.split(" && ");
  const lists = [...expression.matchAll(/\[("[^\]]*")\]/g)];
  return [
    ...(terms.length === 1
      ? []
      : terms.map(
          (term) => [`without ${term}`, terms.filter((one) => one !== term).join(" && ")] as const,
        )),
    ...lists.flatMap(({ 0: list, 1: inside = "", index }) => {
      const values = inside.split(", ");
      return values.map((value) => {
        const rest = values.filter((one) => one !== value);
        const other = `[${rest.length === 0 ? '"none"' : rest.join(", ")}]`;
        const end = index + list.length;
        return [
          `without ${value}`,
          expression.slice(0, index) + other + expression.slice(end),
        ] as const;
      });
    }),
  ];
}
