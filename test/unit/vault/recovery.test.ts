import { parseConfig } from "../../../infra/config";
import { existingId, recoverable } from "../../../stacks/recovery/vault";
import { platforms } from "../../../stacks/platforms";
import { deploy, vaultArgs } from "../../fixtures/deploy";
import { max } from "../../fixtures/vault";

describe("where a cut-off creation is looked for", () => {
  test("is known for every type that a stack with every setting registers", async () => {
    const { resources } = await deploy(parseConfig(max, platforms));
    const types = resources.filter(({ custom }) => custom).map(({ type }) => type);
    const outside = types.filter((type) => type.startsWith("vault:"));
    expect([...new Set(outside)].sort()).toStrictEqual([...recoverable].sort());
  });

  test("fails for a type that nobody can look up, rather than forgetting what may exist", async () => {
    const pending = { type: "vault:identity/entity:Entity", inputs: {} };
    await expect(existingId(pending, vaultArgs(max))).rejects.toThrow(
      "vault:identity/entity:Entity: nobody knows where to look for it, so it is not forgotten either; fix:",
    );
  });

  test("leaves what is not on a server to the engine", async () => {
    const provider = { type: "pulumi:providers:vault", inputs: {} };
    expect(await existingId(provider, vaultArgs(max))).toBeUndefined();
  });
});
