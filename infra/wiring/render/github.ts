import { Scalar } from "yaml";
import { expressionSafe, githubLogin } from "./githubLogins";
import { keyCommand } from "./keyCommands";
import { pipelineLogin, reasonAgainstPipeline } from "./pipeline";
import { keysOf, type Renderer, type RenderInput } from "./renderer";
import { yamlText } from "./yamlText";

/**
 * The job that reads the scan's keys. A key is an output of one step: a step that needs it takes it into its own
 * environment, so that no other step, and no action of somebody else's, has it.
 * https://docs.github.com/actions/concepts/security/openid-connect
 */
export const github: Renderer = {
  summary: "a job of GitHub Actions that reads the scan's keys",
  cannot: (input) => reasonAgainstPipeline(input, "GitHub"),
  render(input) {
    const { environment } = pipelineLogin(input);
    const names = keysOf(input, "ci").map(({ env }) => env);
    const job = {
      "runs-on": "ubuntu-latest",
      // The token names it, and no other is taken.
      ...(environment !== undefined && { environment: expressionSafe(environment) }),
      permissions: { contents: "read", "id-token": ofLogin() },
      steps: [...githubLogin(input), ...reading(input)],
    };
    return yamlText({ jobs: { "security-scan": job } }, [
      "Put the scan's own steps behind these, and a checkout before them. A step gets a key by its environment:",
      ...names.map((name) => `  env: { ${name}: "\${{ steps.keys.outputs.${name} }}" }`),
    ]);
  },
};

/** The right to have a token, with what it is for. */
function ofLogin(): Scalar {
  const right = new Scalar("write");
  right.comment = " to log in";
  return right;
}

/** Vault's own action has read them already. */
const reading = (input: RenderInput): readonly object[] =>
  input.platform.secretMethod === "vault" ? [] : [reader(input)];

/** Coordinates come by the environment: a script into which they are written could be another one. */
function reader(input: RenderInput): object {
  const env: Record<string, string> = {};
  const lines = keysOf(input, "ci").flatMap((key) => {
    const command = keyCommand(input.platform.secretMethod, key, (name, value) => {
      const variable = `${key.env}_${name.replaceAll(/[A-Z]/g, "_$&").toUpperCase()}`;
      env[variable] = expressionSafe(value);
      return `"$${variable}"`;
    });
    return [
      `value=$(${command})`,
      `printf '::add-mask::%s\\n' "$value"`,
      `printf '${key.env}=%s\\n' "$value" >> "$GITHUB_OUTPUT"`,
    ];
  });
  const run = new Scalar(`${lines.join("\n")}\n`);
  run.type = Scalar.BLOCK_LITERAL;
  // Named, bash also stops where a part of a pipe fails.
  return { ...{ name: "Read the keys", id: "keys", shell: "bash" }, env, run };
}
