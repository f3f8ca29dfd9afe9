import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import type { RunningKeyVault } from "../../../sandbox/standin/keyvault";
import type { RunningSecretManager } from "../../../sandbox/standin/secretmanager";
import * as azure from "../../../stores/azure/keyStore";
import { StoreError } from "../../../stores/errors";
import * as gcp from "../../../stores/gcp/keyStore";
import { catalogKeys, guidePlace } from "../../../stores/places";
import type { KeyStore, Place, StoreName } from "../../../stores/store";
import { clientOf as azureClient } from "./keyVault";
import { clientOf as gcpClient } from "./secretManager";

/** How a store of a test is opened. */
export interface StoreOptions {
  /** What it told whoever waits. */
  readonly notes?: string[];
}

/** Where the guide has a key. */
export function placeOf(store: StoreName, id: string, env: NodeJS.ProcessEnv): Place {
  const key = catalogKeys.find((one) => one.id === id);
  if (key === undefined) throw new Error(`${id}: is no key`);
  return guidePlace(store, key, env);
}

/** The store of a stand-in, as the identity of that object id. */
export const azureStore = (
  vault: RunningKeyVault,
  oid: string,
  { notes = [] }: StoreOptions = {},
  change: (client: ReturnType<typeof azureClient>) => void = () => undefined,
): KeyStore =>
  azure.openWith(opening({ AZURE_VAULT_URL: vault.url }, notes), (_url, options) => {
    const client = azureClient(vault, oid, options);
    change(client);
    return client;
  });

/** The store of a stand-in, as one member. */
export const gcpStore = (
  server: RunningSecretManager,
  member: string,
  { notes = [] }: StoreOptions = {},
  change: (client: ReturnType<typeof gcpClient>) => void = () => undefined,
): KeyStore =>
  gcp.openWith(opening({}, notes), (host) => {
    if (host !== server.host) throw new Error(`${host}: is not here`);
    const client = gcpClient(server, member);
    change(client);
    return client;
  });

const opening = (env: NodeJS.ProcessEnv, notes: string[]) => ({
  ...{ env, dir: "" },
  note: (text: string) => void notes.push(text),
});

/**
 * For a child process: somebody who is signed in to the Azure CLI, as the stand-in's vault knows him. The SDK's own
 * credential asks that program for a token, so nothing about the child is otherwise than for a user.
 * @param dir a private folder, for the program
 */
export async function azLogin(
  vault: RunningKeyVault,
  oid: string,
  dir: string,
): Promise<Record<string, string>> {
  const answer = {
    accessToken: vault.tokenFor(oid),
    expiresOn: "2099-01-01 00:00:00.000000",
    expires_on: Math.floor(Date.now() / 1000) + 3600,
    tokenType: "Bearer",
  };
  const program = join(dir, "az");
  await writeFile(program, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
  await chmod(program, 0o700);
  return {
    ...vault.env,
    PATH: `${dir}:${process.env["PATH"] ?? ""}`,
    HOME: dir,
    AZURE_VAULT_URL: vault.url,
    // Looks at no other way to sign in, of which the machine may have some.
    AZURE_TOKEN_CREDENTIALS: "AzureCliCredential",
  };
}

/** What a call ended with: its result, or the refusal. */
export async function endOf<Result>(call: Promise<Result>): Promise<Result | StoreError> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

/** Everything that a refusal can be made to say. */
export const saidBy = (error: unknown): string =>
  [
    inspect(error, { depth: Infinity, showHidden: true }),
    JSON.stringify(error),
    error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : "",
  ].join("\n");
