import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max, min } from "../../fixtures/gcp";
import { once } from "../../fixtures/once";
import { named, ofType } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));

test("somebody is told, and how old each key may get", async () => {
  const { results } = await made(max);
  expect(results["gcp"]?.wiring).toMatchObject({
    rotation: {
      mode: "notifies",
      // Not gdpr: it must not rotate.
      maxAgeDays: { anthropic: 60, openai: 90, gemini: 90, snyk: 90, redis: 30 },
    },
  });
});

test("a notice waits as long as Pub/Sub keeps one, and of all that is told only what is due", async () => {
  const { resources } = await made(max);
  const due = named(resources, "gcp-rotation-due");
  expect(due.inputs).toMatchObject({
    name: "promptsentinel-prod-due",
    topic: "projects/sentinel-prod-4711/topics/promptsentinel-prod-rotation",
    filter: 'attributes.eventType = "SECRET_ROTATE"',
    messageRetentionDuration: "2678400s",
    // Or it would be gone after a month in which nobody looked.
    expirationPolicy: { ttl: "" },
  });
  expect(due.inputs).not.toHaveProperty("pushConfig");
  expect(due.dependsOn.some((urn) => urn.endsWith("::gcp-store-openai"))).toBe(true);
});

test.each(["adopt", "external"])("%s: notices are the owner's, and it says so", async (mode) => {
  const { resources, results } = await made(changed(min, "gcp.secrets.mode", mode));
  expect(ofType(resources, "gcp:pubsub/subscription:Subscription")).toEqual([]);
  const wiring = results["gcp"]?.wiring;
  expect(wiring?.rotation.mode).toBe("staged");
  expect(wiring?.capabilities["RotationPolicy"]).toMatchObject({ level: "partial" });
  expect(wiring?.capabilities["UsageAlerts"]).toMatchObject({ level: "partial" });
});
