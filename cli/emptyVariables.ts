/** Variables that stand for options: SECRET_METHOD, PULUMI_STACK, DOTENV_ENVIRONMENT. */
const ofOptions = ["SECRET_METHOD", "PULUMI_STACK", "DOTENV_ENVIRONMENT"];

/**
 * Takes those away that are empty. Compose and many a pipeline export a variable that nobody set as an empty one, and
 * commander takes that for what was given: no method, a stack without a name.
 */
export function forgetEmptyVariables(env: NodeJS.ProcessEnv): void {
  for (const name of ofOptions) if (env[name] === "") Reflect.deleteProperty(env, name);
}
