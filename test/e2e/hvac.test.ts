import { issueSecretId } from "../../stores/vault/secretId";
import { openWith } from "../../stores/vault/keyStore";
import { wiringPlaces } from "../../stores/places";
import { SecretValue } from "../../stores/secretValue";
import { fingerprint } from "../../sandbox/fingerprint";
import { startHarness, wiringOf } from "./support/harness";
import { testWith } from "./support/needs";
import { findPython, pythonProgram } from "./support/python";
import execa from "execa";

interface Answer {
  readonly read: Readonly<Record<string, string>>;
  readonly attempts: Readonly<Record<string, string>>;
}

/** The guide's own client, hvac, as an application uses it: by the wiring, with the application's own identity. */
describe("an application in Python", () => {
  const found = findPython("vault");

  testWith("missing" in found ? found.missing : undefined)(
    "reads its keys with hvac and can do nothing else",
    async () => {
      if (!("python" in found)) return;
      const harness = await startHarness();
      try {
        const { stack } = await harness.session();
        const { platforms, keys } = wiringOf((await stack.up()).outputs);
        const platform = platforms["vault"];
        if (!platform) throw new Error("no vault wiring");
        const { references, identities } = platform;
        const {
          mount: approle = "",
          role = "",
          roleId = "",
        } = identities.app?.logins["approle"] ?? {};
        const locatorOf = (key: string) => {
          const reference = Object.values(references).find((one) => one.key === key);
          const { mount = "", path = "", field = "" } = reference?.locator ?? {};
          return { mount, path, field };
        };
        expect(keys["snyk"]?.readers).not.toContain("app");
        const values: Record<string, string> = {
          anthropic: "sk-ant-1",
          openai: "sk-2",
          gemini: "g-3",
        };
        const store = openWith(harness.root, () => undefined);
        for (const place of wiringPlaces(platform)) {
          const value = { ...values, snyk: "s-4" }[place.key.id];
          if (value !== undefined) await store.putIfAbsent(place, new SecretValue(value));
        }
        const ticket = await issueSecretId(harness.root, { mount: approle, role }, 60);

        const { stdout } = await execa(found.python, [pythonProgram("vault_reader")], {
          extendEnv: false,
          env: {
            VAULT_ADDR: harness.server.address,
            WRAPPING_TOKEN: ticket.wrappingToken,
            ROLE_ID: roleId,
            APPROLE_MOUNT: approle,
            KV_MOUNT: locatorOf("anthropic").mount,
            KV_PATH: locatorOf("anthropic").path,
            OTHER_PATH: locatorOf("snyk").path,
          },
        });

        const { read, attempts } = JSON.parse(stdout) as Answer;
        expect(read).toEqual(
          Object.fromEntries(
            Object.entries(values).map(([name, value]) => [name, fingerprint(value)]),
          ),
        );
        expect(attempts).toEqual({
          "as in the guide": "TypeError",
          "another consumer's entry": "Forbidden",
          write: "Forbidden",
          patch: "Forbidden",
          list: "Forbidden",
          metadata: "Forbidden",
          delete: "Forbidden",
          "look up its own token": "allowed",
          "renew its own token": "allowed",
          "give its own token back": "allowed",
          "read after that": "Forbidden",
        });
      } finally {
        await harness.stop();
      }
    },
  );
});
