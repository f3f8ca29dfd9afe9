/** Property values as the engine sends them: plain JSON. */
export type Values = Readonly<Record<string, unknown>>;

/** A resource as it stands after a call. */
export interface Found {
  readonly id: string;
  readonly properties: Values;
}

/** What a difference between the recorded and the wanted state asks for. */
export interface Difference {
  /** Properties that differ. */
  readonly changes: readonly string[];
  /** Those of them that cannot be changed in place. */
  readonly replaces: readonly string[];
}

/** One resource type of a stand-in provider. */
export interface ResourceModel {
  /** Properties that must be given. */
  readonly required: readonly string[];
  /** Inputs with the provider's defaults filled in. */
  defaults(inputs: Values): Values;
  diff(recorded: Values, wanted: Values, wantedBefore: Values): Difference;
  /** @param name the resource's name in the program */
  create(inputs: Values, name: string): Promise<Found>;
  /** Undefined when it does not exist. `recorded` is empty for an import. */
  read(id: string, recorded: Values): Promise<Found | undefined>;
  update(id: string, recorded: Values, wanted: Values): Promise<Values>;
  delete(id: string, recorded: Values): Promise<void>;
}

/** A provider that stands in for one whose plugin cannot be had. */
export interface StandIn {
  readonly packageName: string;
  /** Version of the SDK whose plugin it stands in for. */
  readonly version: string;
  /** Told the provider's own settings before the first resource. */
  configure(settings: Values): void;
  /** What it says of itself in each run. */
  readonly notice: string;
  /**
   * The model of a resource type.
   * @throws when it does not know the type
   */
  model(type: string): ResourceModel;
  /**
   * What a provider's function answers.
   * @throws when it does not know the function
   */
  invoke?(token: string, args: Values): Values;
}
