import fc from "fast-check";
import { parse } from "yaml";
import { render } from "../../../../infra/wiring/render";
import {
  awkwardText,
  changed,
  wiringWith,
  withCoordinates,
} from "../../../fixtures/pipelineWiring";

interface Service {
  readonly metadata: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: {
      readonly metadata?: { readonly annotations: Readonly<Record<string, string>> };
      readonly spec: {
        readonly serviceAccountName: string;
        readonly containers: readonly [{ readonly env: readonly unknown[] }];
      };
    };
  };
}

const secret = (env: string, name: string, key = "latest") => ({
  name: env,
  valueFrom: { secretKeyRef: { name, key } },
});

test("a service runs as the stack's account and gets the application's keys", async () => {
  expect(parse(render(await wiringWith("gcp"), "cloudRun", { release: "sentinel" }))).toStrictEqual(
    {
      apiVersion: "serving.knative.dev/v1",
      kind: "Service",
      metadata: { name: "sentinel", namespace: "sentinel-prod-4711" },
      spec: {
        template: {
          spec: {
            serviceAccountName:
              "promptsentinel-prod-app@sentinel-prod-4711.iam.gserviceaccount.com",
            containers: [
              {
                image: "docker.io/promptsentinelai/prompt-sentinel:latest",
                env: [
                  { name: "API_ENV", value: "production" },
                  secret("ANTHROPIC_API_KEY", "anthropic-api-key"),
                  secret("OPENAI_API_KEY", "openai-api-key"),
                  secret("GEMINI_API_KEY", "gemini-api-key"),
                  secret("REDIS_PASSWORD", "cache-password"),
                  secret("GDPR_MASTER_KEY", "gdpr-master-key"),
                ],
              },
            ],
          },
        },
      },
    },
  );
});

test("secrets of another project have an alias each", async () => {
  const wiring = changed(await wiringWith("gcp", "min"), (platform) => ({
    ...platform,
    references: Object.fromEntries(
      Object.entries(platform.references).map(([id, one]) => [
        id,
        id === "gemini" ? one : { ...one, locator: { ...one.locator, projectId: "keys-4711" } },
      ]),
    ),
  }));
  const { template } = (parse(render(wiring, "cloudRun")) as Service).spec;
  expect(template.metadata?.annotations).toStrictEqual({
    "run.googleapis.com/secrets":
      "anthropic-api-key:projects/keys-4711/secrets/anthropic-api-key,openai-api-key:projects/keys-4711/secrets/openai-api-key",
  });
  expect(template.spec.containers[0].env).toContainEqual(
    secret("OPENAI_API_KEY", "openai-api-key"),
  );
});

test("what a stack calls its things is read back as it is", async () => {
  const gcp = await wiringWith("gcp", "min");
  fc.assert(
    fc.property(awkwardText, awkwardText, (name, account) => {
      const wiring = withCoordinates(gcp, (coordinate, value) =>
        coordinate === "name" ? name : coordinate === "serviceAccount" ? account : value,
      );
      const { template } = (parse(render(wiring, "cloudRun")) as Service).spec;
      expect(template.spec.serviceAccountName).toBe(account);
      expect(template.spec.containers[0].env.slice(1)).toStrictEqual([
        secret("ANTHROPIC_API_KEY", name),
        secret("OPENAI_API_KEY", name),
        secret("GEMINI_API_KEY", name),
      ]);
    }),
  );
});

describe("a stack that Cloud Run cannot read from says why", () => {
  test("another store", async () => {
    const wiring = await wiringWith("aws", "min");
    expect(() => render(wiring, "cloudRun")).toThrow(
      "format: got cloudRun of aws: Cloud Run reads keys of Google Cloud alone; of aws there is json, env, compose",
    );
  });

  test("no account of its own", async () => {
    const wiring = changed(await wiringWith("gcp", "min"), (one) => ({ ...one, identities: {} }));
    expect(() => render(wiring, "cloudRun")).toThrow(
      "app has no way in by cloudRun; fix: add gcp.access.app.cloudRun to the stack's settings and run it again",
    );
  });

  test("secrets of one region", async () => {
    const wiring = changed(await wiringWith("gcp", "min"), (platform) => ({
      ...platform,
      references: Object.fromEntries(
        Object.entries(platform.references).map(([id, one]) => [
          id,
          { ...one, locator: { ...one.locator, location: "europe-west1" } },
        ]),
      ),
    }));
    expect(() => render(wiring, "cloudRun")).toThrow(
      "Cloud Run is not documented to read regional secrets; fix: set gcp.secrets.replication to userManaged or automatic",
    );
  });

  test("a secret without a name", async () => {
    const wiring = withCoordinates(await wiringWith("gcp", "min"), (name, value) =>
      name === "name" ? undefined : value,
    );
    expect(() => render(wiring, "cloudRun")).toThrow(
      "references.anthropic.locator.name: got none; allowed: a text; fix: run the stack again and take its new wiring",
    );
  });
});
