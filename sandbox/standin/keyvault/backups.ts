import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { badParameter } from "./errors";
import type { Secret } from "./vault";

const cipher = "aes-256-gcm";

/**
 * Secrets as blobs that only this stand-in can read, and only as long as it runs: as a vault's are read within its
 * subscription and geography alone. https://learn.microsoft.com/azure/key-vault/general/backup#design-considerations
 */
export class Backups {
  private readonly key = randomBytes(32);

  seal(secret: Secret): string {
    const nonce = randomBytes(12);
    const sealing = createCipheriv(cipher, this.key, nonce);
    const sealed = Buffer.concat([sealing.update(JSON.stringify(secret)), sealing.final()]);
    return Buffer.concat([nonce, sealing.getAuthTag(), sealed]).toString("base64url");
  }

  open(blob: string): Secret {
    try {
      const bytes = Buffer.from(blob, "base64url");
      const opening = createDecipheriv(cipher, this.key, bytes.subarray(0, 12));
      opening.setAuthTag(bytes.subarray(12, 28));
      const opened = Buffer.concat([opening.update(bytes.subarray(28)), opening.final()]);
      return JSON.parse(opened.toString()) as Secret;
    } catch {
      throw badParameter("value: is not a backup of this stand-in, or it has started anew since");
    }
  }
}
