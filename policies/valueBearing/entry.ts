/** A resource type that no program of ours may have, or arguments of it that may not be set. */
export interface ByHand {
  readonly type: string;
  /** Paths of the arguments; without them the whole resource is refused. */
  readonly arguments?: readonly string[];
  /** Of the arguments, only texts that have this are refused. */
  readonly having?: RegExp;
  /** Refused only where this argument has this value. */
  readonly where?: { readonly argument: string; readonly is: string };
  /** Why, said to whoever meets the refusal. */
  readonly reason: string;
  /** Page that the reason rests on. */
  readonly source: string;
}

/** A type's page in the registry. */
export const registry = (provider: string, page: string): string =>
  `https://www.pulumi.com/registry/packages/${provider}/api-docs/${page}/`;

/** Why a document in a document is refused. */
export const anything = "it hands the provider a document in which anything can stand";
