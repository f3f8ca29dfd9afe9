import fc from "fast-check";
import { parse } from "yaml";
import { render } from "../../../../infra/wiring/render";
import {
  awkwardText,
  changed,
  wiringWith,
  withCoordinates,
} from "../../../fixtures/pipelineWiring";

const identityOf = (group: string, name: string): string =>
  `/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

test("an app has the stack's identity, and references to the vault by it", async () => {
  const identity = identityOf("rg-prompt-sentinel", "promptsentinel-prod-app");
  const secret = (name: string, inVault = name) => ({
    name,
    keyVaultUrl: `https://kv-prompt-sentinel.vault.azure.net/secrets/${inVault}`,
    identity,
  });
  expect(parse(render(await wiringWith("azure"), "containerApps"))).toStrictEqual({
    identity: { type: "UserAssigned", userAssignedIdentities: { [identity]: {} } },
    properties: {
      configuration: {
        secrets: [
          secret("anthropic-api-key"),
          secret("openai-api-key"),
          secret("gemini-api-key"),
          secret("redis-password", "cache-password"),
          secret("gdpr-master-key"),
        ],
      },
      template: {
        containers: [
          {
            name: "prompt-sentinel",
            image: "docker.io/promptsentinelai/prompt-sentinel:latest",
            env: [
              { name: "API_ENV", value: "production" },
              { name: "ANTHROPIC_API_KEY", secretRef: "anthropic-api-key" },
              { name: "OPENAI_API_KEY", secretRef: "openai-api-key" },
              { name: "GEMINI_API_KEY", secretRef: "gemini-api-key" },
              { name: "REDIS_PASSWORD", secretRef: "redis-password" },
              { name: "GDPR_MASTER_KEY", secretRef: "gdpr-master-key" },
            ],
          },
        ],
      },
    },
  });
});

test("what a stack calls its things is read back as it is", async () => {
  const azure = await wiringWith("azure", "min");
  fc.assert(
    fc.property(awkwardText, awkwardText, (url, id) => {
      const wiring = withCoordinates(azure, (name, value) =>
        name === "secretUrl" ? url : name === "identityId" ? id : value,
      );
      const { identity, properties } = parse(render(wiring, "containerApps")) as {
        identity: { userAssignedIdentities: object };
        properties: { configuration: { secrets: readonly object[] } };
      };
      expect(identity.userAssignedIdentities).toStrictEqual({ [id]: {} });
      expect(properties.configuration.secrets).toHaveLength(3);
      for (const secret of properties.configuration.secrets) {
        expect(secret).toMatchObject({ keyVaultUrl: url, identity: id });
      }
    }),
  );
});

describe("a stack that Container Apps cannot read from says why", () => {
  test("another store", async () => {
    const wiring = await wiringWith("vault", "min");
    expect(() => render(wiring, "containerApps")).toThrow(
      "format: got containerApps of vault: Container Apps reads keys of Azure alone; of vault there is json, env, compose",
    );
  });

  test("no identity of its own", async () => {
    const wiring = changed(await wiringWith("azure", "min"), (one) => ({ ...one, identities: {} }));
    expect(() => render(wiring, "containerApps")).toThrow(
      "app has no way in by containerApps; fix: add azure.access.app.containerApps to the stack's settings and run it again",
    );
  });
});
