import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openPlace, type Place } from "./support/place";

const provider = 'import { Provider } from "@pulumi/vault/provider";';

/** Programs that somebody might write, and the rule that stops each. */
const violations: Readonly<Record<string, { program: string; told: readonly string[] }>> = {
  "a credential of a provider as an argument": {
    program: `${provider}
      new Provider("server", { address: "https://vault.example.com", token: "not-to-be-shown-1" });`,
    told: ["no-provider-credential", "token"],
  },
  "a resource that carries a value": {
    program: `import { Endpoint } from "@pulumi/vault/generic";
      new Endpoint("keys", { path: "secret/data/keys", dataJson: '{"data":{"a":"not-to-be-shown-2"}}' });`,
    told: ["no-value-bearing-resource", "vault:generic/endpoint:Endpoint"],
  },
  "an address without TLS in prod": {
    program: `import { ComponentResource } from "@pulumi/pulumi";
      ${provider}
      new Provider("server", { address: "http://vault.example.com" });
      new ComponentResource("promptsentinel:vault:SecretStore", "store", { environment: { stage: "prod" } });`,
    told: ["vault-tls-in-prod", "got http://vault.example.com"],
  },
};

/** The pack as CI loads it: `pulumi preview --policy-pack policies`, by the real engine. */
describe("the policy pack", () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace();
    await place.shell.pulumi("stack init dev");
  });
  afterAll(() => place.close());

  test("passes the dev stack, as previewed and as made", async () => {
    const { pulumi } = place.shell;
    for (const line of ["preview -s dev", "up -s dev --yes --skip-preview"]) {
      const { exitCode, all } = await pulumi(`${line} --policy-pack policies`);
      expect(all).toMatch(/✅ promptsentinel-secrets/);
      expect(exitCode).toBe(0);
    }
  });

  test.each(Object.entries(violations))("stops %s", async (_, { program, told }) => {
    await writeFile(join(place.shell.dir, "stacks", "index.ts"), program);
    const before = place.writes.length;
    for (const line of ["preview -s dev", "up -s dev --yes --skip-preview"]) {
      const { exitCode, all = "" } = await place.shell.pulumi(`${line} --policy-pack policies`);
      expect(exitCode).not.toBe(0);
      for (const text of [...told, "[mandatory]"]) expect(all).toContain(text);
      expect(all).not.toContain("not-to-be-shown");
    }
    expect(place.writes).toHaveLength(before);
  });
});
