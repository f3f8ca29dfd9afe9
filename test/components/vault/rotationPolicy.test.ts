import { RotationPolicy } from "../../../infra/vault/rotationPolicy";
import { SecretStore } from "../../../infra/vault/secretStore";
import { vaultArgs } from "../../fixtures/deploy";
import { max } from "../../fixtures/vault";
import { named, record } from "../../support/mocks";

test("says that values are staged, and how old each may get", async () => {
  let made: RotationPolicy | undefined;
  const resources = await record(() => {
    const args = vaultArgs(max);
    const store = new SecretStore("store", args);
    made = new RotationPolicy("rotation", { environment: args.environment, store });
  });
  expect(made?.mode).toBe("staged");
  expect(made?.maxAgeDays).toStrictEqual({
    anthropic: 60,
    openai: 90,
    gemini: 90,
    snyk: 90,
    redis: 30,
    // Not gdpr: it must not rotate.
  });
  // KV never rotates by itself: there is nothing to make.
  expect(resources.filter(({ parent }) => parent?.includes("RotationPolicy"))).toStrictEqual([]);
  expect(named(resources, "rotation").type).toBe("promptsentinel:vault:RotationPolicy");
});
