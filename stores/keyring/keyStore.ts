import type { OpenStore } from "../store";
import { keyringKind } from "./choice";

/**
 * The keyring of this user on this machine, as Python's keyring has it: service `promptsentinel`, users by the names
 * of the variables. On Linux by the Secret Service, proven against gnome-keyring; on macOS and Windows by a library,
 * and by documentation only; or by an encrypted file where the caller asks for it. A keyring has no versions: what
 * was there before a new value is gone.
 * @throws StoreError `unavailable` when the environment names a keyring that is unknown here
 */
export const open: OpenStore = (options) => {
  switch (keyringKind(options.env)) {
    case "secretService":
      return (require("./secretService") as typeof import("./secretService")).openSecretService(
        options,
      );
    case "native":
      return (require("./native") as typeof import("./native")).openNative(options);
    case "file":
      return (require("./encryptedFile") as typeof import("./encryptedFile")).openEncryptedFile(
        options,
      );
  }
};
