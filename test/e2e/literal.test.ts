import { join } from "node:path";
import { freePort } from "../../sandbox/processes";
import { serveVaultStandIn } from "../../sandbox/standin/vault";
import { startHarness, type Harness } from "./support/harness";
import { findNode, nodeMajors } from "./support/literalNode";
import { openShell, type Shell } from "./support/literalPulumi";
import { copyCheckout, writeStackFile, type StackFileOptions } from "./support/literalWorkspace";

/**
 * What a user types, in a copy of the checkout: `pulumi` finds the program by Pulumi.yaml and package.json, and loads
 * it as it stands. Language host and provider are stand-ins that say so in every run.
 */
interface Place {
  readonly harness: Harness;
  readonly shell: Shell;
  readonly writes: readonly string[];
  config(options?: Partial<StackFileOptions>): Promise<void>;
  close(): Promise<void>;
}

async function openPlace(nodeBin?: string): Promise<Place> {
  const harness = await startHarness();
  const { engine, server } = harness;
  const writes: string[] = [];
  const standIn = await serveVaultStandIn({
    token: server.rootToken,
    observe: (moment, call) => {
      if (moment === "before") writes.push(call);
    },
  });
  const dir = join(harness.dir.path, "checkout");
  await copyCheckout(dir);
  const config = (options: Partial<StackFileOptions> = {}): Promise<void> =>
    writeStackFile(dir, { server, pipeline: harness.pipeline, ...options });
  await config();
  const shell = await openShell({
    engine,
    dir,
    state: join(harness.dir.path, "state"),
    token: server.rootToken,
    providerPort: standIn.port,
    ...(nodeBin === undefined ? {} : { nodeBin }),
  });
  const close = async (): Promise<void> => {
    await standIn.stop();
    await harness.stop();
  };
  return { harness, shell, writes, config, close };
}

describe.each(nodeMajors)("pulumi typed by a user, on Node %d", (major) => {
  const node = findNode(major);
  const runnable = "bin" in node ? test : test.skip;
  if ("missing" in node && process.env["CI"] === "true") {
    test(`Node ${String(major)} can be had`, () => {
      throw new Error(node.missing);
    });
  }

  const note = "missing" in node ? ` (skipped: ${node.missing})` : "";
  runnable(`up, preview, refresh, destroy${note}`, async () => {
    const place = await openPlace("bin" in node ? node.bin : undefined);
    const pulumi = (line: string) => place.shell.pulumi(line);
    try {
      expect(await pulumi("stack init dev")).toMatchObject({ exitCode: 0 });

      const up = await pulumi("up -s dev --yes");
      expect(up.all).toContain(`stand-in for Pulumi's language host on Node ${node.version}`);
      expect(up.all).toContain("stand-in for the vault provider");
      expect(up.all).toContain("19 created");
      expect(up.exitCode).toBe(0);
      const { writes } = place;
      const written = writes.length;
      expect(written).toBeGreaterThan(0);

      for (const line of [
        "preview -s dev --expect-no-changes",
        "refresh -s dev --yes --expect-no-changes",
      ]) {
        const unchanged = await pulumi(line);
        expect(unchanged.all).toContain("19 unchanged");
        expect(unchanged.exitCode).toBe(0);
      }
      expect(writes).toHaveLength(written);

      const destroyed = await pulumi("destroy -s dev --yes");
      expect(destroyed.all).toContain("19 deleted");
      expect(destroyed.exitCode).toBe(0);
      const left = await place.harness.root.ask("LIST", "sys/policies/acl");
      expect(JSON.stringify(left)).not.toContain("promptsentinel");
    } finally {
      await place.close();
    }
  });
});

describe("pulumi typed by a user, refused", () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace();
    await place.shell.pulumi("stack init dev");
  });
  afterAll(() => place.close());

  /** Runs it and gives its output, once it is sure that it failed and did nothing. */
  async function refused(line: string): Promise<string> {
    const { exitCode, all = "" } = await place.shell.pulumi(line);
    expect(exitCode).not.toBe(0);
    expect(place.writes).toEqual([]);
    const { stdout } = await place.shell.pulumi("stack export -s dev");
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: { type: string }[] } };
    const types = (deployment.resources ?? []).map(({ type }) => type);
    expect(types.filter((type) => type !== "pulumi:pulumi:Stack")).toEqual([]);
    // It is our message that a user sees, not the trace of whoever threw it.
    return all;
  }

  test("wrong settings: all of them at once, each with its fix", async () => {
    await place.config({
      settings: [
        [["stage"], "develop"],
        [["vault", "kv", "maxVersion"], 5],
      ],
    });
    const output = await refused("up -s dev --yes");
    expect(output).toContain("the stack's config has 2 problems; nothing was created");
    expect(output).toContain('stage: got "develop"; allowed: dev, staging, prod; fix: use dev');
    expect(output).toContain("vault.kv.maxVersion: unknown setting");
    expect(output).toContain("fix: rename it to maxVersions");
  });

  test("an encrypted setting, which none of ours is", async () => {
    await place.config();
    const value = "not-to-be-printed-7781";
    const key = "promptsentinel-secrets:note";
    const set = await place.shell.pulumi(`config set --secret ${key} ${value} -s dev`);
    expect(set.exitCode).toBe(0);
    const output = await refused("up -s dev --yes");
    expect(output).toContain(`${key}: is an encrypted setting`);
    expect(output).not.toContain(value);
  });

  test("a server that does not answer", async () => {
    const nobody = `http://127.0.0.1:${String(await freePort())}`;
    await place.config({ settings: [[["vault", "address"], nobody]] });
    const output = await refused("preview -s dev");
    expect(output).toContain("the pre-flight found 1 problem; nothing was created");
    expect(output).toContain(`vault.address: ${nobody} does not answer`);
  });
});
