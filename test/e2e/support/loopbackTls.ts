import { webcrypto } from "node:crypto";
import "reflect-metadata";
import {
  cryptoProvider,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A key and a certificate of this machine's loopback address, for an hour, which is its own authority. */
export async function loopbackTls(): Promise<{ readonly key: string; readonly cert: string }> {
  cryptoProvider.set(webcrypto);
  const { subtle } = webcrypto;
  const signingAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...{ name: "CN=stand-in", keys, signingAlgorithm },
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
  });
  const der = Buffer.from(await subtle.exportKey("pkcs8", keys.privateKey));
  const body = der.toString("base64").replaceAll(/(.{64})/g, "$1\n");
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString("pem"),
  };
}
