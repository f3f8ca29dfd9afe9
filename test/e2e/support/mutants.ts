/** A policy as the engine recorded it. */
export interface PolicyDocument {
  readonly Statement: readonly {
    readonly Sid: string;
    /** A trust has none. */
    readonly Resource?: readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }[];
}

/** Each policy with one condition dropped or its resources widened. */
export function mutants({
  Statement,
  ...rest
}: PolicyDocument): readonly (readonly [string, PolicyDocument])[] {
  const withStatement = (index: number, other: object): PolicyDocument => ({
    ...rest,
    Statement: Statement.map((one, at) => (at === index ? { ...one, ...other } : one)),
  });
  return Statement.flatMap(({ Sid, Resource = ["*"], Condition = {} }, index) => [
    ...Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.keys(keys).map((key): [string, PolicyDocument] => {
        const left = Object.fromEntries(Object.entries(keys).filter(([name]) => name !== key));
        const others = Object.fromEntries(
          Object.entries(Condition).filter(([name]) => name !== operator),
        );
        const now = Object.keys(left).length === 0 ? others : { ...others, [operator]: left };
        return [`${Sid} without ${key}`, withStatement(index, { Condition: now })];
      }),
    ),
    ...(Resource.includes("*")
      ? []
      : [
          [`${Sid} on anything`, withStatement(index, { Resource: ["*"] })] as [
            string,
            PolicyDocument,
          ],
        ]),
  ]);
}
