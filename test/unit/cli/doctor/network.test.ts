import { Checks } from "../../../../cli/doctor/check";
import { network } from "../../../../cli/doctor/network";
import type { Reached, Unreached } from "../../../../cli/doctor/reach";

let found: Reached | Unreached;
jest.mock("../../../../cli/doctor/reach", () => ({ reach: () => Promise.resolve(found) }));

const in_ = (days: number): Date => new Date(Date.now() + days * 86_400_000);
const good = { status: 200, ahead: 0, certificate: { refusal: undefined, validTo: in_(90) } };

/** The one check of that name. */
async function check(name: string, address: string, reached: typeof found, skipVerify?: string) {
  found = reached;
  const { checks } = await network(new Checks("azure"), address, {
    ...{ setting: "AZURE_VAULT_URL", skipVerify },
  });
  return checks.find((one) => one.check === name);
}

const https = "https://vault.example.com";

test.each([
  ["ENOTFOUND", "the name does not resolve", "`getent hosts vault.example.com`"],
  ["EAI_AGAIN", "the name does not resolve", "correct AZURE_VAULT_URL"],
  ["ECONNREFUSED", "nothing listens there", "start the server"],
  ["ETIMEDOUT", "there is no way to it", "look for a firewall"],
  ["EPROTO", "it breaks off", "may speak http there"],
  ["ECONNRESET", "it breaks off", "http where the server speaks https"],
])("an address that gives %s has a cause and a fix", async (code, cause, fix) => {
  expect(await check("address", https, { code })).toMatchObject({
    status: "failed",
    message: expect.stringContaining(`${https}: ${cause} (${code})`) as string,
    fix: expect.stringContaining(fix) as string,
  });
  expect(await check("tls", https, { code })).toMatchObject({ status: "skipped" });
});

test.each(["", "localhost:8200", "vault.example.com", "ftp://vault.example.com"])(
  "an address that is none: %j",
  async (address) => {
    expect(await check("address", address, good)).toMatchObject({ status: "failed" });
    expect(await check("clock", address, good)).toMatchObject({ status: "skipped" });
  },
);

test.each([
  ["ok", "the certificate is good until", undefined, 90],
  ["ok", "the certificate is good until", undefined, 15],
  ["warning", "the certificate ends on", undefined, 10],
  ["failed", "the certificate ended on", "CERT_HAS_EXPIRED", -1],
  ["failed", "the certificate ended on", undefined, -1],
  ["failed", "the certificate is of other.example.com", "ERR_TLS_CERT_ALTNAME_INVALID", 90],
  ["failed", "is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT)", "DEPTH_ZERO_SELF_SIGNED_CERT", 9],
])("a certificate is %s: %s", async (status, message, refusal, days) => {
  const certificate = { refusal, validTo: in_(days), names: "other.example.com" };
  expect(await check("tls", https, { ...good, certificate })).toMatchObject({
    ...{ status, message: expect.stringContaining(message) as string },
  });
});

test("what is not encrypted is fine on this machine alone", async () => {
  const plain = { status: 200, ahead: 0 };
  expect(await check("tls", "http://127.0.0.1:8200", plain)).toMatchObject({ status: "ok" });
  expect(await check("tls", "http://vault.example.com", plain)).toMatchObject({
    status: "failed",
    fix: "give the server a certificate and `export AZURE_VAULT_URL=https://vault.example.com`",
  });
});

test("whoever checks no certificate is warned, however good it is", async () => {
  expect(await check("tls", https, good, "VAULT_SKIP_VERIFY")).toMatchObject({
    status: "warning",
    fix: "`unset VAULT_SKIP_VERIFY` and `export NODE_EXTRA_CA_CERTS=<the authority's PEM file>`",
  });
});

test.each([
  [0, "ok"],
  [-60, "ok"],
  [61, "warning"],
  [-300, "warning"],
  [301, "failed"],
  [undefined, "not visible to you"],
])("a clock that is %p s ahead: %s", async (ahead, status) => {
  const reached = { status: 200, ...(ahead !== undefined && { ahead }) };
  expect(await check("clock", "http://127.0.0.1", reached)).toMatchObject({ status });
});
