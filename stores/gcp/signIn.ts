import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { GoogleAuth } from "google-auth-library";

const detection = "METADATA_SERVER_DETECTION";

/**
 * Finds the caller's own Application Default Credentials. Whether this machine is one of Google's, with an identity of
 * its own, is looked up on the machine alone, unless the caller says how: without an answer on the network the library
 * prints a warning of its own. https://github.com/googleapis/gcp-metadata#environment-variables
 * @throws the library's error where there are none
 */
export async function signIn(): Promise<GoogleAuth> {
  const auth = new GoogleAuth({ scopes: [...SecretManagerServiceClient.scopes] });
  const said = [detection, "GCE_METADATA_HOST", "GCE_METADATA_IP"].some((one) => process.env[one]);
  // As the SDK's client has it: a service account's key signs by itself, without a call for a token.
  auth.useJWTAccessWithScope = true;
  const before = process.env[detection];
  if (!said) process.env[detection] = "bios-only";
  try {
    await auth.getClient();
    return auth;
  } finally {
    if (!said) {
      if (before === undefined) Reflect.deleteProperty(process.env, detection);
      else process.env[detection] = before;
    }
  }
}
