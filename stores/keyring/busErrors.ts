import { StoreError } from "../errors";
import { notAvailable } from "./notAvailable";

const unnamed = "an error without a name";
const dbus = "org.freedesktop.DBus.Error.";

/** The name that a D-Bus error has, or the code that the library gives to what it ended itself. */
export const busErrorName = (error: unknown): string => {
  const { dbusName, code } = error as { readonly dbusName?: unknown; readonly code?: unknown };
  if (code === "ECONNCLOSED") return "connection closed";
  if (code === "ETIMEDOUT") return "no answer";
  // Names have letters, digits, dots and `_`: nothing of a value can be quoted by one of this form.
  return typeof dbusName === "string" && /^[A-Za-z_][\w.]{0,120}$/.test(dbusName)
    ? dbusName
    : unnamed;
};

/** Whether the object is not there, or not any more. */
export const isGone = (error: unknown): boolean =>
  [
    "org.freedesktop.Secret.Error.NoSuchObject",
    `${dbus}UnknownObject`,
    `${dbus}UnknownMethod`,
    `${dbus}UnknownInterface`,
  ].includes(busErrorName(error));

/** Whether the service knows no such algorithm of a session. */
export const isNotSupported = (error: unknown): boolean =>
  busErrorName(error) === `${dbus}NotSupported`;

/** Whether the call was sent and its answer lost, so that it may have been done. */
export const isLost = (error: unknown): boolean =>
  ["connection closed", "no answer", `${dbus}NoReply`, `${dbus}Timeout`].includes(
    busErrorName(error),
  );

/**
 * A refusal in our own words: what the library says may quote what was sent.
 * @param doing what was tried, as a half sentence
 * @param connected whether the bus had taken us in
 */
export function busRefusal(error: unknown, doing: string, connected: boolean): StoreError {
  if (error instanceof StoreError) return error;
  const name = busErrorName(error);
  if (!connected) {
    return notAvailable(`the D-Bus session bus does not answer (${name})`);
  }
  if (
    name.startsWith(`${dbus}Spawn.`) ||
    [`${dbus}ServiceUnknown`, `${dbus}NameHasNoOwner`].includes(name)
  ) {
    return notAvailable("the D-Bus session has no Secret Service (org.freedesktop.secrets)");
  }
  if (name === unnamed) {
    return new StoreError(
      "damaged",
      "keyring",
      `${doing}: what the Secret Service holds there cannot be understood`,
      "write the value anew with --rotate",
    );
  }
  if (name === "org.freedesktop.Secret.Error.IsLocked") return locked(`${doing}: it is locked`);
  if (name === `${dbus}AccessDenied`) {
    return new StoreError("denied", "keyring", `${doing}: refused (${name})`, "allow it there");
  }
  return new StoreError(
    "unreachable",
    "keyring",
    `${doing}: the Secret Service failed (${name})`,
    "look at its journal, `journalctl --user`, and run it again",
  );
}

/** The keyring is locked and stayed so. */
export const locked = (what: string): StoreError =>
  new StoreError(
    "denied",
    "keyring",
    what,
    "unlock it, in Seahorse or by logging in at the desktop; without a desktop start it unlocked: `gnome-keyring-daemon --unlock` reads its password from stdin",
  );
