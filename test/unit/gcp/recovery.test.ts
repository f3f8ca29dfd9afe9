import { parseConfig } from "../../../infra/config";
import type { GcpSettings } from "../../../infra/gcp/settings";
import { platforms } from "../../../stacks/platforms";
import { existingId, recoverable } from "../../../stacks/recovery/gcp";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max } from "../../fixtures/gcp";

const { environment, ci, platforms: enabled } = parseConfig(max, platforms);
const args = { environment, ci, settings: enabled[0]?.settings as GcpSettings };

describe("where a cut-off creation is looked for", () => {
  test("is known for every type that stacks with every setting register", async () => {
    const stacks = [max, changed(max, "gcp.secrets", { replication: "regional" })];
    const deployed = await Promise.all(stacks.map((raw) => deploy(parseConfig(raw, platforms))));
    const types = deployed
      .flatMap(({ resources }) => resources)
      .filter(({ custom, type }) => custom && type.startsWith("gcp:"))
      .map(({ type }) => type);
    expect([...new Set(types)].sort()).toStrictEqual([...recoverable].sort());
  });

  test("fails for a type that nobody can look up, rather than forgetting what may exist", async () => {
    const pending = { type: "gcp:secretmanager/secretVersion:SecretVersion", inputs: {} };
    await expect(existingId(pending, args)).rejects.toThrow(
      "gcp:secretmanager/secretVersion:SecretVersion: nobody knows where to look for it, so it is not forgotten either; fix:",
    );
  });

  test("leaves what is not in the project to the engine", async () => {
    for (const type of ["pulumi:providers:gcp", "aws:s3/bucket:Bucket"]) {
      expect(await existingId({ type, inputs: {} }, args)).toBeUndefined();
    }
  });
});
