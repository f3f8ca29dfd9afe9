import { StoreError } from "../errors";
import type { StoreName } from "../store";

/**
 * What the file system said, as a store's refusal. Its own text names the file and the call, never what was written;
 * only its code is taken over.
 * @param doing what was tried, as a half sentence with the file in it
 */
export function fileError(error: unknown, store: StoreName, doing: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case undefined:
      return error;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new StoreError("denied", store, `${doing}: got ${code}`, "let this user write there");
    case "ENOENT":
    case "ENOTDIR":
      return new StoreError("missing", store, `${doing}: got ${code}`, "name a folder that exists");
    case "ENOSPC":
    case "EDQUOT":
      return new StoreError(
        "unavailable",
        store,
        `${doing}: got ${code}; the file is as it was`,
        "make room on the disk and run it again",
      );
    default:
      return new StoreError("unavailable", store, `${doing}: got ${code}`, "mend the file system");
  }
}

/** Whether the file system said one of these. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? "");
