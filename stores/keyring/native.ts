import type { AsyncEntry as Entry, Credential } from "@napi-rs/keyring";
import { StoreError } from "../errors";
import { SecretValue } from "../secretValue";
import type { KeyStore, OpenOptions, Place, Written } from "../store";
import { keyringItem, type KeyringItem } from "./item";
import { notAvailable } from "./notAvailable";

/** The part of @napi-rs/keyring that is used: https://github.com/Brooooooklyn/keyring-node */
export interface NativeKeyring {
  readonly AsyncEntry: (new (
    service: string,
    user: string,
  ) => Pick<Entry, "getPassword" | "setPassword">) & {
    withTarget(target: string, service: string, user: string): Pick<Entry, "setPassword">;
  };
  readonly findCredentialsAsync: (
    service: string,
    target: string,
  ) => Promise<readonly Credential[]>;
}

/** One system's way to Python's items. */
interface Access {
  read(item: KeyringItem): Promise<string | undefined>;
  write(item: KeyringItem, value: string): Promise<void>;
}

/** A generic password with the service and the account, as in keyring/backends/macOS/api.py. */
const keychain = ({ AsyncEntry }: NativeKeyring): Access => ({
  read: async ({ service, user }) =>
    (await new AsyncEntry(service, user).getPassword()) ?? undefined,
  write: ({ service, user }, value) => new AsyncEntry(service, user).setPassword(value),
});

/**
 * Python keeps the user that was written last under the service's own name and moves the others to `user@service`
 * (keyring/backends/Windows.py), and it looks in this order. So this writes where Python looks for that user, in UTF-16
 * as Python does. Entries by a target are never made for reading: making one writes an empty value there
 * (keyring-node, src/entry.rs, `with_target`). Between that and the value an end of the process leaves an empty value,
 * which counts as none; elsewhere a write is whole or not at all.
 */
const credentialManager = ({ AsyncEntry, findCredentialsAsync }: NativeKeyring): Access => {
  const at = async ({ service }: KeyringItem, target: string) =>
    (await findCredentialsAsync(service, target))[0];
  const compound = ({ service, user }: KeyringItem) => `${user}@${service}`;
  const ofService = async (item: KeyringItem) => {
    const found = await at(item, item.service);
    return found?.account === item.user ? found : undefined;
  };
  return {
    read: async (item) =>
      ((await ofService(item)) ?? (await at(item, compound(item))))?.password || undefined,
    write: async (item, value) => {
      const target = (await ofService(item)) === undefined ? compound(item) : item.service;
      await AsyncEntry.withTarget(target, item.service, item.user).setPassword(value);
    },
  };
};

/**
 * The keyring of macOS or Windows, by documentation only: it was written against the sources of Python's keyring and
 * of the library, and run against a stand-in. There is no put-if-absent there: another process that writes between
 * the look and the write is overwritten. Neither tells when a value was written.
 */
export function openNative(
  _: OpenOptions,
  platform = process.platform,
  load: () => Promise<NativeKeyring> = () => import("@napi-rs/keyring"),
): KeyStore {
  const address = platform === "win32" ? "the Windows Credential Manager" : "the macOS keychain";
  let access: Promise<Access> | undefined;
  const opened = () =>
    (access ??= load().then(platform === "win32" ? credentialManager : keychain, () => {
      throw notAvailable("@napi-rs/keyring has no build for this system");
    }));
  const asking = async <Result>(
    doing: string,
    place: Place,
    kind: "denied" | "uncertain",
    run: (access: Access, item: KeyringItem) => Promise<Result>,
  ): Promise<Result> => {
    const item = keyringItem(place);
    const current = await opened();
    try {
      return await run(current, item);
    } catch {
      // What the library says may quote what was sent.
      throw new StoreError(
        kind,
        "keyring",
        `${doing} ${item.user}: ${address} refused it`,
        "unlock it and allow the access, and run it again",
      );
    }
  };
  const read = (place: Place) =>
    asking("reading", place, "denied", (current, item) => current.read(item));
  const put = async (place: Place, value: SecretValue): Promise<Written> => {
    await asking("writing", place, "uncertain", (current, item) =>
      current.write(item, value.reveal()),
    );
    if ((await read(place)) === value.reveal()) return { outcome: "written" };
    throw new StoreError(
      "uncertain",
      "keyring",
      `writing ${place.key.env}: ${address} took it, and has another value now`,
      "look with `promptsentinel-secrets secrets status`, and write it again",
    );
  };
  return {
    name: "keyring",
    address,
    describe: async (place) => ({ present: (await read(place)) !== undefined }),
    read: async (place) => {
      const value = await read(place);
      return value === undefined ? undefined : new SecretValue(value);
    },
    putIfAbsent: async (place, value) =>
      (await read(place)) === undefined ? put(place, value) : { outcome: "present" },
    putNew: put,
    close: () => Promise.resolve(),
  };
}
