import type { Permission } from "../../support/azureActions";
import { ofType } from "../../support/mocks";
import type { Up } from "./recordedUp";

/** What the engine recorded, with one thing of it otherwise. */
export type Mutant = readonly [name: string, resources: readonly Up[]];

/** Matches no call; a comparison's place where it is taken out, and an action's that is no longer asked about. */
const never = "ActionMatches{'none'}";

/** The id of no role and of nobody. */
const nobodys = "ffffffff-ffff-4fff-8fff-ffffffffffff";

/** Each role and grant with one thing dropped or widened. */
export const mutants = (made: readonly Up[]): readonly Mutant[] => [
  ...rolesOtherwise(made),
  ...["RoleAssignment", "PimRoleEligibilitySchedule"].flatMap((type) =>
    ofType(made, `azure-native:authorization:${type}`).flatMap((one) => grantsOtherwise(made, one)),
  ),
  ...ofType(made, "azure-native:authorization:PimRoleEligibilitySchedule").flatMap((one) => [
    changed(made, one, "for ever", {
      scheduleInfo: {
        startDateTime: "2026-12-01T00:00:00Z",
        expiration: { type: "AfterDuration", duration: "PT31536000000S" },
      },
    }),
    // Without an activation.
    [
      `${one.name} assigned`,
      made.map((other) =>
        other === one ? { ...one, type: "azure-native:authorization:RoleAssignment" } : other,
      ),
    ] as const,
  ]),
  ...ofType(made, "azure-native:keyvault:Vault").map((one) =>
    changed(made, one, "with access policies", { properties: { enableRbacAuthorization: false } }),
  ),
];

const changed = (made: readonly Up[], one: Up, how: string, inputs: Up["inputs"]): Mutant => [
  `${one.name} ${how}`,
  made.map((other) => (other === one ? { ...one, inputs: { ...one.inputs, ...inputs } } : other)),
];

const rolesOtherwise = (made: readonly Up[]): readonly Mutant[] =>
  ofType(made, "azure-native:authorization:RoleDefinition").flatMap((role) => {
    const [permission] = role.inputs["permissions"] as readonly [Permission];
    return (["actions", "dataActions"] as const).flatMap((plane) => {
      const given = permission[plane];
      const of = (how: string, actions: readonly string[]): Mutant =>
        changed(made, role, how, { permissions: [{ ...permission, [plane]: actions }] });
      const one = `Microsoft.KeyVault/vaults/secrets/${plane === "actions" ? "write" : "purge/action"}`;
      return [
        of(`with ${one}`, [...given, one]),
        ...given.flatMap((action) => {
          const others = given.filter((other) => other !== action);
          const wide =
            plane === "actions"
              ? action.replace(/\/.*$/, "/*")
              : action.replace(/\/[^/]+\/action$/, "/*");
          return [
            of(`without ${action}`, others),
            of(`with ${wide} for ${action}`, [...others, wide]),
          ];
        }),
      ];
    });
  });

/** Roles of Azure's own that sound right: Key Vault Secrets Officer, Key Vault Contributor and Reader. */
const soundRight = [
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  "f25e0fa2-a7c8-4377-a976-54943a77a395",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7",
];

const grantsOtherwise = (made: readonly Up[], grant: Up): readonly Mutant[] => {
  const { scope, condition } = grant.inputs as { scope: string; condition?: string };
  const [wider, ...more] = outerScopes(scope);
  const everywhere = assignableEverywhere(made);
  const found = everywhere.find(({ name }) => name === grant.name);
  return [
    [`${grant.name} taken away`, made.filter((one) => one !== grant)],
    changed(made, grant, "to somebody else", { principalId: "somebody" }),
    ...soundRight.map((id) => changed(made, grant, `of role ${id}`, { roleDefinitionId: id })),
    ...(found
      ? [wider, ...more].map((outer) =>
          changed(everywhere, found, `on ${outer ?? ""}`, { scope: outer }),
        )
      : []),
    ...(condition === undefined
      ? []
      : [
          changed(made, grant, "without its condition", { condition: undefined }),
          ...conditionsOtherwise(condition).map(([how, other]) =>
            changed(made, grant, how, { condition: other }),
          ),
        ]),
  ];
};

/** Azure would refuse a role of ours on a wider scope than it names. */
const assignableEverywhere = (made: readonly Up[]): readonly Up[] =>
  made.map((one) =>
    one.type === "azure-native:authorization:RoleDefinition"
      ? { ...one, inputs: { ...one.inputs, assignableScopes: ["/"] } }
      : one,
  );

/** From a secret its vault, group and subscription. */
function outerScopes(scope: string): readonly string[] {
  const inner =
    /^((\/subscriptions\/[^/]+)\/resourceGroups\/[^/]+)(\/providers\/[^/]+\/vaults\/[^/]+)?/;
  const [vault, group, subscription] = inner.exec(scope) ?? [];
  return [vault, group, subscription].filter(
    (one): one is string => one !== undefined && one !== scope,
  );
}

/** Each condition with one comparison always true, one action not asked about, or one value left out. */
function conditionsOtherwise(condition: string): readonly (readonly [string, string])[] {
  const each = (
    pattern: RegExp,
    replace: (found: string) => readonly (readonly [string, string])[],
  ) =>
    [...condition.matchAll(pattern)].flatMap((match) =>
      replace(match[0]).map(([how, other]) => {
        const end = match.index + match[0].length;
        return [
          `${how} (at ${String(match.index)})`,
          condition.slice(0, match.index) + other + condition.slice(end),
        ] as const;
      }),
    );
  return [
    ...each(/@\w+\[[^\]]+\] \S+ \{[^}]*\}/g, (found) => [[`without ${found}`, `!(${never})`]]),
    ...each(/ActionMatches\{[^}]*\}/g, (found) => [[`without ${found}`, never]]),
    ...each(/(?<= )\{[^}]*\}/g, (found) => {
      const values = found.slice(1, -1).split(", ");
      return values.map((value) => [
        `without ${value}`,
        // Of one value another is left, because a list of nothing is no condition.
        `{${values.length === 1 ? nobodys : values.filter((one) => one !== value).join(", ")}}`,
      ]);
    }),
  ];
}
