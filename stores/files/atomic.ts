import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from "node:fs";

/**
 * Writes a new file of mode 0600, to the disk before it returns. Of one that cannot be written nothing is left.
 * @param finish changes the open file, as its mode
 */
export function writeDraft(
  draft: string,
  text: string,
  finish: (descriptor: number) => void = () => undefined,
): void {
  const descriptor = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(descriptor, text);
    finish(descriptor);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** So that a new name is on the disk too. Windows cannot, and needs it not. */
export function syncFolder(dir: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(dir, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
