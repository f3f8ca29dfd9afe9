import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fingerprinter, fingerprintKeyFile } from "../../../stores/fingerprintKey";
import { SecretValue } from "../../../stores/secretValue";
import { inTempDir } from "../../fixtures/tempDir";

const one = new SecretValue("of-fingerprintKey-test-one");
const two = new SecretValue("of-fingerprintKey-test-two");

test("tells the same from another, in twelve hex digits, today and tomorrow", () =>
  inTempDir((folder) => {
    const file = join(folder, "state", "fingerprint.key");
    const print = fingerprinter(file);
    expect(print(one)).toMatch(/^[0-9a-f]{12}$/);
    expect(print(one)).toBe(fingerprinter(file)(one));
    expect(print(one)).not.toBe(print(two));
    return Promise.resolve();
  }));

test("another machine's key gives another fingerprint", () =>
  inTempDir((folder) => {
    const [a, b] = ["a", "b"].map((name) => fingerprinter(join(folder, name)));
    expect(a?.(one)).not.toBe(b?.(one));
    return Promise.resolve();
  }));

test("the key is random, of 0600, in a folder of 0700, and nothing is beside it", () =>
  inTempDir(async (folder) => {
    const file = join(folder, "state", "fingerprint.key");
    fingerprinter(file);
    expect(readFileSync(file)).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "state")).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, "state"))).toStrictEqual(["fingerprint.key"]);
  }));

test("fails where others may read it", () =>
  inTempDir((folder) => {
    const file = join(folder, "key");
    fingerprinter(file);
    chmodSync(file, 0o644);
    expect(() => fingerprinter(file)).toThrow("others may read it; fix: remove it");
    return Promise.resolve();
  }));

test("fails on a file that is no key, and leaves it", () =>
  inTempDir((folder) => {
    const file = join(folder, "key");
    writeFileSync(file, "short", { mode: 0o600 });
    expect(() => fingerprinter(file)).toThrow("is no key of fingerprints");
    expect(readFileSync(file, "utf8")).toBe("short");
    return Promise.resolve();
  }));

test("is where the user's state is", () => {
  expect(fingerprintKeyFile({ XDG_STATE_HOME: "/state" })).toBe(
    "/state/promptsentinel-secrets/fingerprint.key",
  );
  expect(fingerprintKeyFile({ HOME: "/home/me" })).toBe(
    "/home/me/.local/state/promptsentinel-secrets/fingerprint.key",
  );
});
