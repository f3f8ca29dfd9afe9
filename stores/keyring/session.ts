import {
  createCipheriv,
  createDecipheriv,
  getDiffieHellman,
  hkdfSync,
  randomBytes,
} from "node:crypto";

/** A secret on the bus, `(oayays)`: https://specifications.freedesktop.org/secret-service-spec/latest/types.html */
export type BusSecret = readonly [
  session: string,
  parameters: Buffer,
  value: Buffer,
  contentType: string,
];

/** How values are wrapped while they pass the bus. */
export interface Session {
  /** Its object at the service. */
  readonly path: string;
  seal(text: string): BusSecret;
  /** @throws when it was not sealed for this session */
  unseal(secret: BusSecret): string;
}

/** By Python's keyring: https://github.com/mitya57/secretstorage/blob/3.5.0/secretstorage/collection.py */
const contentType = "text/plain";

/**
 * The group of the specification's one algorithm: 1024 bits and generator 2, RFC 2409, 6.2. It is small by today's
 * measure and the only one that services know; a session's key lives as long as one command.
 */
const group = "modp2";
const groupBytes = 128;

/** Our half of the agreement on a key, and the session once the service has given its half. */
export interface Agreement {
  readonly publicKey: Buffer;
  session(path: string, theirKey: Buffer): Session;
}

/** dh-ietf1024-sha256-aes128-cbc-pkcs7: https://specifications.freedesktop.org/secret-service-spec/latest/ch07s03.html */
export function agreement(): Agreement {
  const ours = getDiffieHellman(group);
  const publicKey = padded(ours.generateKeys());
  return {
    publicKey,
    session(path, theirKey) {
      const shared = padded(ours.computeSecret(theirKey));
      const none = Buffer.alloc(0);
      return encrypted(path, Buffer.from(hkdfSync("sha256", shared, none, none, 16)));
    },
  };
}

/** Numbers have the group's length, whatever their first digits are. */
const padded = (number: Buffer): Buffer =>
  Buffer.concat([Buffer.alloc(groupBytes - number.length), number]);

function encrypted(path: string, key: Buffer): Session {
  return {
    path,
    seal(text) {
      const iv = randomBytes(16);
      const cipher = createCipheriv("aes-128-cbc", key, iv);
      return [path, iv, Buffer.concat([cipher.update(text, "utf8"), cipher.final()]), contentType];
    },
    unseal([, iv, value]) {
      const decipher = createDecipheriv("aes-128-cbc", key, iv);
      return utf8(Buffer.concat([decipher.update(value), decipher.final()]));
    },
  };
}

/** Values pass the bus as they are: of a service that knows no other way. The bus is this user's own. */
export const plainSession = (path: string): Session => ({
  path,
  seal: (text) => [path, Buffer.alloc(0), Buffer.from(text), contentType],
  unseal: ([, , value]) => utf8(value),
});

/** As strictly as Python reads it. */
const utf8 = (bytes: Buffer): string =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
