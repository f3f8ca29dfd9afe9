import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
// A container of the library's own needs it: https://github.com/PeculiarVentures/x509#-reflect-polyfill-required
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** What a server of TLS needs, and what its clients have to trust. PEM. */
export interface ServerCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 3600 * 1000;

/**
 * A certificate for the host by an authority of its own, for a day. The authority's key is forgotten at once, so that
 * nobody who trusts it trusts anything else. With both key identifiers, without which strict clients, such as Python
 * from 3.13 on, take none: https://docs.python.org/3/library/ssl.html#ssl.VERIFY_X509_STRICT
 */
export async function certificateFor(host: string): Promise<ServerCertificate> {
  const [authority, server] = await Promise.all([keyPair(), keyPair()]);
  const notBefore = new Date(Date.now() - 3600 * 1000);
  const valid = { notBefore, notAfter: new Date(notBefore.getTime() + day) };
  const issuer = "CN=a stand-in's own authority";
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: issuer,
    keys: authority,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authority.publicKey),
    ],
    ...valid,
  });
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${host}`,
    issuer,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: isIP(host) ? "ip" : "dns", value: host }]),
      await x509.SubjectKeyIdentifierExtension.create(server.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
    ...valid,
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", server.privateKey);
  return {
    ca: ca.toString("pem"),
    certificate: certificate.toString("pem"),
    key: x509.PemConverter.encode(key, "PRIVATE KEY"),
  };
}

const keyPair = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
