// What is used of @dotenvx/primitives, which has no types of its own; its README says what each does.
declare module "@dotenvx/primitives" {
  interface Keypair {
    readonly publicKey: string;
    readonly privateKey: string;
  }
  /** A new pair, or that of a private key: hex digits. */
  export const keypair: (privateKey?: string) => Keypair;
  /** The public key of a private one; throws when it is none. */
  export const derive: (privateKey: string) => string;
  export const encrypt: (publicKey: string, value: string) => string;
  /** Throws with a `code`: WRONG_PRIVATE_KEY, MALFORMED_ENCRYPTED_DATA and others. */
  export const decrypt: (privateKey: string, value: string) => string;
  export const encrypted: (value: string) => boolean;
  /** Whether all values but public keys are encrypted, empty or references to a password manager. */
  export const sealed: (text: string) => boolean;
  /** Every value of each name, in order. */
  export const scan: (text: string) => { readonly parsed: Readonly<Record<string, string[]>> };
}
