import type { Concern } from "../tokens";

/**
 * What a platform does for a concern. `full` needs nothing from anybody; `partial` leaves a stated part to others;
 * `absent` does nothing. Anything but `full` has a reason, shown to the user and in the README's matrix.
 */
export type Capability =
  | { readonly level: "full"; readonly note?: string }
  | { readonly level: "partial" | "absent"; readonly reason: string };

/** One capability for each concern: none can be left out. */
export type Capabilities = Readonly<Record<Concern, Capability>>;

/** Work that the program cannot do itself, with the text to use: shown after each run and kept in the outputs. */
export interface OperatorTask {
  readonly concern: Concern;
  readonly title: string;
  /** Exactly what to put or run. */
  readonly text: string;
}
