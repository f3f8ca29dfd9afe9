import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
// A container of the library's own needs it: https://github.com/PeculiarVentures/x509#-reflect-polyfill-required
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Signs certificates for a day. */
export interface Authority {
  /** What clients and servers have to trust. PEM. */
  readonly ca: string;
  /** For a server of TLS under that address. */
  server(host: string): Promise<KeyPair>;
  /** For a client: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates */
  client(user: string, group: string): Promise<KeyPair>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 3600 * 1000;
const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;

/**
 * An authority of something that is gone in a minute. Its own key is in this process's memory alone. Certificates have
 * both key identifiers, without which strict clients, such as Python from 3.13 on, take none:
 * https://docs.python.org/3/library/ssl.html#ssl.VERIFY_X509_STRICT
 */
export async function throwawayAuthority(): Promise<Authority> {
  const keys = await keyPair();
  const notBefore = new Date(Date.now() - 3600 * 1000);
  const valid = { notBefore, notAfter: new Date(notBefore.getTime() + day) };
  const issuer = "CN=a stand-in's own authority";
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: issuer,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
    ...valid,
  });
  const issue = async (
    subject: x509.JsonName,
    usage: string,
    names: x509.JsonGeneralNames,
  ): Promise<KeyPair> => {
    const own = await keyPair();
    const certificate = await x509.X509CertificateGenerator.create({
      subject,
      issuer,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
        await x509.SubjectKeyIdentifierExtension.create(own.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
      ],
      ...valid,
    });
    return { certificate: certificate.toString("pem"), key: (await pems(own)).key };
  };
  return {
    ca: ca.toString("pem"),
    server: (host) =>
      issue([{ CN: [host] }], serverAuth, [{ type: isIP(host) ? "ip" : "dns", value: host }]),
    client: (user, group) => issue([{ O: [group] }, { CN: [user] }], clientAuth, []),
  };
}

/** The two keys with which a cluster signs and checks the tokens of its service accounts. PEM. */
export async function tokenKeys(): Promise<{ readonly key: string; readonly publicKey: string }> {
  return pems(await keyPair());
}

async function pems(pair: webcrypto.CryptoKeyPair) {
  const [key, publicKey] = await Promise.all([
    webcrypto.subtle.exportKey("pkcs8", pair.privateKey),
    webcrypto.subtle.exportKey("spki", pair.publicKey),
  ]);
  return {
    key: x509.PemConverter.encode(key, "PRIVATE KEY"),
    publicKey: x509.PemConverter.encode(publicKey, "PUBLIC KEY"),
  };
}

const keyPair = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
