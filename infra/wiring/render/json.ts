import type { Renderer } from "./renderer";

/** The document itself. */
export const json: Renderer = {
  summary: "the wiring document",
  render: ({ wiring }) => `${JSON.stringify(wiring, null, 2)}\n`,
};
