import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { readEntry } from "./support/entries";
import { loginAs } from "../../sandbox/steps/identity";
import { startServer } from "../../sandbox/openbao/server";
import { findServer } from "../../sandbox/openbao/find";
import { record, VaultClient } from "../../stores/vault/client";
import { leaks } from "./support/canary";
import { wiringOf } from "./support/harness";
import { openPlace, type Place } from "./support/place";

const devices = ["primary", "secondary"] as const;
const entry = { mount: "secret", path: "promptsentinel/api_keys" };

interface Line {
  readonly type: string;
  readonly request: { readonly operation: string; readonly path: string };
  readonly auth?: { readonly policies?: readonly string[] };
  readonly error?: string;
}

/** HashiCorp Vault's way, devices over its API, is in test/components/vault/auditTrail.test.ts: no such server is run here. */
describe("the audit trail of an OpenBao server", () => {
  describe("that runs the devices of the stack", () => {
    let place: Place;
    beforeAll(async () => {
      place = await openPlace();
      await place.shell.pulumi("stack init dev");
    });
    afterAll(() => place.close());

    const log = (device: string): string => join(place.harness.server.dir, `${device}.log`);

    test("the API makes no device and removes none", async () => {
      const { root } = place.harness;
      const options = { file_path: join(place.harness.server.dir, "mine.log") };
      const made = await root.call("PUT", "sys/audit/mine", { type: "file", options });
      expect(made.status).toBe(400);
      await root.call("DELETE", "sys/audit/primary");
      const { data } = await root.ask("GET", "sys/audit");
      expect(Object.keys(record(data))).toEqual(["primary/", "secondary/"]);
    });

    test("the stanza that the command prints is one that a server starts with", async () => {
      const { stdout } = await place.shell.startCommand("vault audit-config -s dev");
      const moved = (dir: string): string =>
        stdout.replaceAll(place.harness.server.dir, dir).concat("\n");
      const program = await findServer({ log: () => undefined });
      const server = await startServer({ program, audit: moved });
      try {
        const { address, rootToken: token } = server;
        const { data } = await new VaultClient({ address, token }).ask("GET", "sys/audit");
        expect(Object.keys(record(data))).toEqual(["primary/", "secondary/"]);
      } finally {
        await server.stop();
      }
    });

    test.each(devices)(
      "%s: who read which entry, and who was refused; no value, no token; for the server's user alone",
      async (device) => {
        const { root, pipeline } = place.harness;
        const up = await place.shell.pulumi("up -s dev --yes --skip-preview");
        expect(up.exitCode).toBe(0);
        const output = await place.shell.pulumi("stack output wiring -s dev --json");
        const wiring = wiringOf({ wiring: { value: JSON.parse(output.stdout) as unknown } });
        const platform = wiring.platforms["vault"];
        if (!platform) throw new Error("no vault wiring");
        const value = `sk-ant-audited-${device}`;
        await root.ask("POST", `secret/data/${entry.path}`, {
          data: { anthropic: value },
          options: { cas: device === "primary" ? 0 : 1 },
        });
        const doormen = { administrator: root, pipeline, claims: () => ({}) };
        const app = await loginAs("app", platform, doormen);
        expect((await readEntry(app, entry)).fields["anthropic"]).toBe(value);
        expect((await app.call("GET", "secret/data/promptsentinel/snyk")).status).toBe(403);

        const written = await readFile(log(device), "utf8");
        const lines = written
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Line);
        const byApp = lines.filter(
          ({ type, auth }) =>
            type === "response" && auth?.policies?.includes("promptsentinel-dev-app") === true,
        );
        expect(byApp).toContainEqual(
          expect.objectContaining({
            request: expect.objectContaining({
              operation: "read",
              path: `secret/data/${entry.path}`,
            }) as Line["request"],
          }),
        );
        expect(
          lines.some(
            ({ request, error }) =>
              request.path === "secret/data/promptsentinel/snyk" &&
              error?.includes("permission denied") === true,
          ),
        ).toBe(true);
        const secrets = {
          value,
          token: app.connection.token ?? "",
          root: place.harness.server.rootToken,
        };
        expect(leaks([[device, written]], secrets)).toEqual([]);
        expect((await stat(log(device))).mode & 0o777).toBe(0o600);
      },
    );
  });

  describe("that runs none of them", () => {
    let place: Place;
    beforeAll(async () => {
      place = await openPlace({ audit: () => "" });
      await place.shell.pulumi("stack init dev");
    });
    afterAll(() => place.close());
    const up = "up -s dev --yes --skip-preview";

    test("stops the up, with each device and the command that prints the stanza", async () => {
      const { exitCode, all } = await place.shell.pulumi(up);
      expect(exitCode).not.toBe(0);
      for (const device of devices) {
        expect(all).toContain(
          `vault.audit.devices.${device}: the server runs no file audit device of this name`,
        );
      }
      expect(all).toContain("promptsentinel-secrets vault audit-config");
      expect(place.writes).toEqual([]);
    });

    test("is only said where the setting allows it, each time", async () => {
      await place.config({ settings: [[["vault", "audit", "onMissing"], "warning"]] });
      const { exitCode, all } = await place.shell.pulumi(up);
      expect(all).toContain("the server runs no file audit device of this name");
      expect(exitCode).toBe(0);
    });
  });

  describe("that writes values as they are", () => {
    test("stops the up", async () => {
      const device = (dir: string, name: string): string =>
        `audit "file" "${name}" {\n options {\n file_path = "${dir}/${name}.log"\n log_raw = "true"\n }\n}\n`;
      const place = await openPlace({
        audit: (dir) => devices.map((name) => device(dir, name)).join(""),
      });
      try {
        await place.shell.pulumi("stack init dev");
        const { exitCode, all } = await place.shell.pulumi("up -s dev --yes --skip-preview");
        expect(exitCode).not.toBe(0);
        expect(all).toContain(
          "vault.audit.devices.primary: the server writes keys into this device",
        );
        expect(place.writes).toEqual([]);
      } finally {
        await place.close();
      }
    });
  });
});
