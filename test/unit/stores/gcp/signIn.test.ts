import { join } from "node:path";
import execa from "execa";
import { signIn } from "../../../../stores/gcp/signIn";
import { inTempDir } from "../../../fixtures/tempDir";

const bin = join(__dirname, "../../../../cli/bin.mjs");

/**
 * A process of its own, as what is not caught ends one, and the library keeps what it has found. Where there is no way
 * out, nothing of it leaves this machine: the search for an identity of the machine is on the machine alone.
 */
test("without any credential: how to sign in, in our own words and nothing beside them", async () => {
  await inTempDir(async (home) => {
    const { stdout, stderr } = await execa(
      process.execPath,
      [bin, "secrets", "status", "--in", "gcp", "--json"],
      {
        ...{ cwd: home, extendEnv: false, reject: false },
        env: { PATH: process.env["PATH"], HOME: home, GCP_PROJECT_ID: "x" },
      },
    );
    expect(JSON.parse(stdout)).toBeDefined();
    const said = stdout + stderr;
    expect(said).toContain("gcloud auth application-default login");
    expect(said).not.toMatch(/MetadataLookupWarning|Could not load|googleauth\.js|Node\.js v/);
  });
}, 60_000);

test.each([undefined, "none", ""])(
  "how an identity of the machine is looked for (%p) is in the environment as it was before",
  async (detection) => {
    const before = { ...process.env };
    Object.assign(process.env, { HOME: "/nonexistent", CLOUDSDK_CONFIG: "/nonexistent" });
    for (const name of ["GOOGLE_APPLICATION_CREDENTIALS", "METADATA_SERVER_DETECTION"]) {
      Reflect.deleteProperty(process.env, name);
    }
    if (detection !== undefined) process.env["METADATA_SERVER_DETECTION"] = detection;
    try {
      await expect(signIn()).rejects.toThrow();
      expect(process.env["METADATA_SERVER_DETECTION"]).toBe(detection);
    } finally {
      for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
    }
  },
);
