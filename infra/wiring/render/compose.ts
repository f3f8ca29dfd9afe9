import { stringify } from "yaml";
import { variablesOf, type Renderer } from "./renderer";

/**
 * An override file for the application's docker-compose.yml. The keys come from the environment of whoever starts it:
 * a variable that is missing stops the start, where the application's own file would go on with an empty one.
 */
export const compose: Renderer = {
  summary: "an override file for docker compose",
  render(input) {
    const required = variablesOf(input, "app").map((name): [string, string] => [
      name,
      `\${${name}:?read it from the store first}`,
    ]);
    const stores = Object.entries(input.platform.env).map(([name, value]): [string, string] => [
      name,
      value.replaceAll("$", "$$$$"),
    ]);
    const environment = Object.fromEntries([
      ["API_ENV", input.wiring.apiEnv],
      ...stores,
      ...(input.platform.secretMethod === "vault"
        ? ([["VAULT_TOKEN", "${VAULT_TOKEN:-}"]] as const)
        : []),
      ...required,
    ]) as Record<string, string>;
    // In quotes: a block of lines that begins with a space is not read back as it was.
    return stringify(
      { services: { "prompt-sentinel": { environment } } },
      { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN", lineWidth: 0 },
    );
  },
};
