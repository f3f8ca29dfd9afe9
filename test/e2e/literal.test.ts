import { findNode, nodeMajors } from "./support/literalNode";
import { testWith } from "./support/needs";
import { openPlace } from "./support/place";

describe.each(nodeMajors)("pulumi typed by a user, on Node %d", (major) => {
  const node = findNode(major);
  testWith("missing" in node ? node.missing : undefined)(
    "up, preview, refresh, destroy",
    async () => {
      const place = await openPlace("bin" in node ? { nodeBin: node.bin } : {});
      const { pulumi } = place.shell;
      try {
        expect(await pulumi("stack init dev")).toMatchObject({ exitCode: 0 });

        const up = await pulumi("up -s dev --yes");
        expect(up.all).toContain(`stand-in for Pulumi's language host on Node ${node.version}`);
        expect(up.all).toContain("stand-in for the vault provider");
        expect(up.all).toContain("26 created");
        expect(up.exitCode).toBe(0);
        const { writes } = place;
        const written = writes.length;
        expect(written).toBeGreaterThan(0);

        for (const line of [
          "preview -s dev --expect-no-changes",
          "refresh -s dev --yes --expect-no-changes",
        ]) {
          const unchanged = await pulumi(line);
          expect(unchanged.all).toContain("26 unchanged");
          expect(unchanged.exitCode).toBe(0);
        }
        expect(writes).toHaveLength(written);

        const destroyed = await pulumi("destroy -s dev --yes");
        expect(destroyed.all).toContain("26 deleted");
        expect(destroyed.exitCode).toBe(0);
        const left = await place.harness.root.ask("LIST", "sys/policies/acl");
        expect(JSON.stringify(left)).not.toContain("promptsentinel");
      } finally {
        await place.close();
      }
    },
  );
});

test("a staging stack, made by the command of the README, comes up as it is", async () => {
  const place = await openPlace();
  const { pulumi, startCommand } = place.shell;
  try {
    expect(await startCommand("new staging --from dev")).toMatchObject({ exitCode: 0 });
    expect(await pulumi("stack init staging")).toMatchObject({ exitCode: 0 });
    const up = await pulumi("up -s staging --yes --skip-preview");
    expect(up.all).toContain("26 created");
    const wiring = await startCommand("wiring -s staging --format env");
    expect(wiring.stdout).toContain("API_ENV=staging");
    const roles = await place.harness.root.ask("LIST", "auth/approle/role");
    expect(JSON.stringify(roles)).toContain("promptsentinel-staging-app");
  } finally {
    await place.close();
  }
});
