// dotenvx' own cryptography and file format, typed by primitivesTypes.d.ts. Loading it takes tens of milliseconds.
export { decrypt, derive, encrypt, encrypted, keypair, scan, sealed } from "@dotenvx/primitives";
