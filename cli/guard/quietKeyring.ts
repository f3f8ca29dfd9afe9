import { keyringKind } from "../../stores/keyring/choice";
import { passwordFileVariable } from "../../stores/keyring/filePassword";

/**
 * Why the keyring could not be read without asking somebody; undefined where it can. Asks a Secret Service whether it
 * is locked, which opens no window.
 * @throws StoreError `unavailable` where there is none
 */
export async function whyAsking(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  switch (keyringKind(env)) {
    case "file":
      return env[passwordFileVariable]
        ? undefined
        : `it is an encrypted file, and no ${passwordFileVariable} names its password`;
    case "native":
      // The keychain asks for each program anew; the Credential Manager asks nobody.
      return process.platform === "darwin" ? "the macOS keychain would ask you" : undefined;
    case "secretService":
      return (await isLocked(env)) ? "it is locked" : undefined;
  }
}

/** Seconds that the service may take. */
const patience = 2;

async function isLocked(env: NodeJS.ProcessEnv): Promise<boolean> {
  const { connectSessionBus } =
    require("../../stores/keyring/sessionBus") as typeof import("../../stores/keyring/sessionBus");
  const { ServiceClient, serviceName } =
    require("../../stores/keyring/serviceClient") as typeof import("../../stores/keyring/serviceClient");
  const { busRefusal } =
    require("../../stores/keyring/busErrors") as typeof import("../../stores/keyring/busErrors");
  const bus = connectSessionBus(env, serviceName, patience);
  const client = new ServiceClient(bus, { note: () => undefined, seconds: 0 });
  try {
    const collection = await client.defaultCollection();
    return collection !== undefined && (await client.isLocked(collection));
  } catch (error) {
    throw busRefusal(error, "looking at the keyring", bus.connected());
  } finally {
    await bus.close();
  }
}
