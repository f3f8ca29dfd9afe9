import { variablesOf, type Renderer } from "./renderer";
import { inPodsAlone } from "./stackPods";
import { yamlText } from "./yamlText";

/**
 * An override file for the application's docker-compose.yml. The keys come from the environment of whoever starts it:
 * a variable that is missing stops the start, where the application's own file would go on with an empty one.
 */
export const compose: Renderer = {
  summary: "an override file for docker compose",
  cannot: inPodsAlone,
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
    return yamlText({ services: { "prompt-sentinel": { environment } } });
  },
};
