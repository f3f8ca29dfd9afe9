import { policyDocument } from "../../../infra/vault/policyDocument";

describe("policyDocument", () => {
  test("writes HCL, byte for byte, in the order given", () => {
    expect(
      policyDocument([
        { path: "secret/data/a", capabilities: ["read"], why: "read the values" },
        { path: "auth/approle/role/x/secret-id", capabilities: ["update"], wrapped: 300, why: "w" },
        { path: "secret/metadata/a", capabilities: ["create", "read", "update"], why: "m" },
      ]),
    ).toBe(`# read the values
path "secret/data/a" {
  capabilities = ["read"]
}

# w
path "auth/approle/role/x/secret-id" {
  capabilities = ["update"]
  min_wrapping_ttl = "1s"
  max_wrapping_ttl = "300s"
}

# m
path "secret/metadata/a" {
  capabilities = ["create", "read", "update"]
}
`);
  });

  test("a bound on wrapping has a lower end, without which an unwrapped answer would do", () => {
    const text = policyDocument([{ path: "p", capabilities: ["update"], wrapped: 60, why: "w" }]);
    expect(text).toContain('min_wrapping_ttl = "1s"');
  });
});
