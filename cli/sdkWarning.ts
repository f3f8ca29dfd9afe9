const variable = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

let isOurs = false;

/**
 * Keeps the AWS SDK from telling each command on Node 20, on stderr, that it will need a later one: the README says
 * which are supported.
 */
export function hideSdkWarning(env: NodeJS.ProcessEnv = process.env): void {
  if (env[variable] !== undefined) return;
  env[variable] = "true";
  isOurs = true;
}

/** What of this process's environment is not the caller's, and nothing for another program. */
export const ownVariables = (): readonly string[] => (isOurs ? [variable] : []);
