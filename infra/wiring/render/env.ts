import { variablesOf, type Renderer } from "./renderer";
import { inPodsAlone } from "./stackPods";

/** Lines for a local shell or an env file: where the keys are, never the keys. */
export const env: Renderer = {
  summary: "variables for a local shell that runs the guide's loader",
  cannot: inPodsAlone,
  render(input) {
    const lines = Object.entries({ API_ENV: input.wiring.apiEnv, ...input.platform.env });
    return [
      `# ${input.wiring.app}, ${input.wiring.stage}: the loader reads ${variablesOf(input, "app").join(", ")}`,
      ...lines.map(([name, value]) => `${name}=${quoted(value)}`),
      "",
    ].join("\n");
  },
};

/** Plain where every reader agrees, else in single quotes, which neither a shell nor dotenv expands. */
export const quoted = (value: string): string =>
  /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
