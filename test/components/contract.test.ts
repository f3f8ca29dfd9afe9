import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "../../infra/config";
import { consumers } from "../../infra/environment";
import { concerns, token } from "../../infra/tokens";
import { wiringSchema } from "../../infra/wiring/document";
import { platforms } from "../../stacks/platforms";
import { deploy, wiringOf } from "../fixtures/deploy";
import { once } from "../fixtures/once";
import { platformCases } from "../fixtures/platforms";

/** What must hold of every platform. A new one joins by its line in test/fixtures/platforms.ts. */
test("every platform of the registry is under the contract", () => {
  expect(platformCases.map(({ platform }) => platform)).toStrictEqual(Object.values(platforms));
  expect(platformCases.map(({ platform }) => platform.name)).toStrictEqual(Object.keys(platforms));
});

const run = once(async (raw) => {
  const config = parseConfig(raw, platforms);
  return { config, ...(await deploy(config)) };
});
const preview = once(async (raw) => deploy(parseConfig(raw, platforms), { preview: true }));

const cases = platformCases.flatMap(({ name, platform, min, max }) => [
  { title: `${name}, smallest config`, name, platform, raw: min },
  { title: `${name}, fullest config`, name, platform, raw: max },
]);

describe.each(cases)("$title", ({ name, platform, raw }) => {
  const settingsOf = () => {
    const settings: unknown = parseConfig(raw, platforms).platforms.find(
      (one) => one.platform === platform,
    )?.settings;
    return settings;
  };

  async function result() {
    const made = (await run(raw)).results[name];
    if (made === undefined) throw new Error(`${name} gave nothing`);
    return made;
  }

  test("declares each concern, and gives a reason for what it does not do", () => {
    const capabilities = platform.capabilities(settingsOf());
    expect(Object.keys(capabilities).sort()).toStrictEqual([...concerns].sort());
    for (const capability of Object.values(capabilities)) {
      if (capability.level !== "full") expect(capability.reason.length).toBeGreaterThan(20);
    }
  });

  test("has a component for every concern that it does not call absent", async () => {
    const { config, resources } = await run(raw);
    const capabilities = platform.capabilities(settingsOf());
    const wanted = concerns.filter(
      (concern) =>
        capabilities[concern].level !== "absent" &&
        // There is no trust to make where the stack has no pipeline.
        (concern !== "CiAccess" || config.ci !== undefined),
    );
    // A platform that reads another one has it in its stack.
    const components = resources
      .filter(({ custom, type }) => !custom && type.split(":")[1] === name)
      .map(({ type }) => type);
    expect(components.sort()).toStrictEqual(wanted.map((one) => token(name, one)).sort());
    for (const type of components)
      expect(type).toMatch(new RegExp(`^promptsentinel:${name}:[A-Z]`));
  });

  test("its wiring is of the published form", async () => {
    const { config, results } = await run(raw);
    const wiring = await wiringOf(config, results);
    expect(wiringSchema.parse(wiring)).toStrictEqual(wiring);
  });

  test("the wiring says the same of capabilities as the platform", async () => {
    expect((await result()).wiring.capabilities).toStrictEqual(platform.capabilities(settingsOf()));
  });

  test("a reference for every enabled key, by its own variable, and for no other", async () => {
    const { config } = await run(raw);
    const { references } = (await result()).wiring;
    expect(Object.values(references).map(({ key, env }) => [key, env])).toStrictEqual(
      config.environment.keys.map(({ id, env }) => [id, env]),
    );
    for (const [id, { key, locator }] of Object.entries(references)) {
      expect(key).toBe(id);
      expect(Object.values(locator).every((part) => part !== "")).toBe(true);
    }
  });

  test("no two keys have one locator", async () => {
    const locators = Object.values((await result()).wiring.references).map(({ locator }) =>
      JSON.stringify(locator),
    );
    expect(new Set(locators).size).toBe(locators.length);
  });

  test("an identity with a login for every declared consumer, and for no other", async () => {
    const { identities } = (await result()).wiring;
    const { access } = settingsOf() as { access: Readonly<Record<string, unknown>> };
    const declared = consumers.filter((consumer) => access[consumer] !== undefined);
    expect(Object.keys(identities).sort()).toStrictEqual([...declared].sort());
    for (const [id, identity] of Object.entries(identities)) {
      expect(identity.consumer).toBe(id);
      expect(identity.name).toContain("promptsentinel");
      expect(Object.keys(identity.logins).length).toBeGreaterThan(0);
    }
  });

  test("tells the loader its method and no credential", async () => {
    const { secretMethod, env } = (await result()).wiring;
    expect(env["SECRET_METHOD"]).toBe(secretMethod);
    expect(Object.keys(env).join()).not.toMatch(/TOKEN|KEY|PASSWORD|SECRET_ID/);
  });

  test("its rotation is not called more than it is", async () => {
    const { config } = await run(raw);
    const { capabilities, rotation } = (await result()).wiring;
    if (rotation.mode !== "rotates") expect(capabilities.RotationPolicy.level).not.toBe("full");
    expect(Object.entries(rotation.maxAgeDays)).toStrictEqual(
      config.environment.keys
        .filter((key) => key.rotation !== "never")
        .map(({ id, maxAgeDays }) => [id, maxAgeDays]),
    );
  });

  test("what is left to an administrator has a title and a text", async () => {
    for (const task of (await result()).tasks) {
      expect(concerns).toContain(task.concern);
      expect(task.title.length).toBeGreaterThan(20);
      expect(task.text.trim()).not.toBe("");
    }
  });

  test("a preview knows all of the outputs but what a cloud makes up of a login or an address, and they are an update's", async () => {
    const made = (await preview(raw)).results;
    for (const path of outputsIn(made)) {
      expect(path).toMatch(/\.wiring\.(identities\.\w+\.logins|addresses)\./);
    }
    expect(known(made)).toStrictEqual(known((await run(raw)).results));
    expect(JSON.parse(JSON.stringify(known(made)))).toStrictEqual(known(made));
  });

  test("a preview registers what an update does", async () => {
    const names = async (made: ReturnType<typeof preview>) =>
      (await made).resources.map((one) => `${one.type} ${one.name}`).sort();
    expect(await names(preview(raw))).toStrictEqual(await names(run(raw)));
  });

  test("every resource is a provider, a component, or a component's child by parent and name", async () => {
    const { resources } = await run(raw);
    const components = resources.filter(({ custom }) => !custom);
    for (const { name: own, type, custom, parent } of resources) {
      if (!custom || type.startsWith("pulumi:providers:")) {
        expect(parent).toMatch(/pulumi:pulumi:Stack::/);
        continue;
      }
      const owner = components.find((one) => parent?.endsWith(`${one.type}::${one.name}`));
      expect(owner).toBeDefined();
      expect(own.startsWith(`${String(owner?.name)}-`)).toBe(true);
    }
  });

  test("every component registers its outputs once and shows its environment", async () => {
    const { config, resources } = await run(raw);
    for (const component of resources.filter(({ custom }) => !custom)) {
      expect(component.outputsRegistered).toBe(1);
      expect(component.inputs["environment"]).toStrictEqual({
        app: "promptsentinel",
        stage: config.environment.stage,
        tags: config.environment.tags,
        keys: config.environment.keys.map(({ id }) => id),
      });
    }
  });

  test("names are unique, and no provider carries a credential", async () => {
    const { resources } = await run(raw);
    const ids = resources.map((one) => `${one.type} ${one.name}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { inputs, type } of resources) {
      if (!type.startsWith("pulumi:providers:")) continue;
      for (const input of Object.keys(inputs)) {
        expect(input).not.toMatch(/^(token|authLogin.*|clientAuth|headers)$/);
        // What skips a check carries nothing.
        if (!input.startsWith("skip")) {
          expect(input).not.toMatch(/secret|password|credential|accessKey/i);
        }
      }
    }
  });

  test("a name for each thing that it claims, where it is, and by which setting", () => {
    const { environment, ci } = parseConfig(raw, platforms);
    const claims = platform.claims({ environment, settings: settingsOf(), ci });
    expect(claims.length).toBeGreaterThan(0);
    for (const claim of claims) expect(Object.values(claim).every(Boolean)).toBe(true);
  });
});

/** Paths of the values that would be known only after an update. */
function outputsIn(value: unknown, path = ""): readonly string[] {
  if (pulumi.Output.isInstance(value)) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => outputsIn(inner, `${path}.${key}`));
}

/** The same value without what would be known only after an update. */
function known(value: unknown): unknown {
  if (pulumi.Output.isInstance(value)) return "made up by the cloud";
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, known(inner)]));
}
