import { stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { ExecaReturnValue } from "execa";
import { mendFileBackend } from "../../cli/fileBackend";
import { importFile } from "./support/importFile";
import { killedAt, type Cut } from "./support/kill";
import { openPlace, type Place } from "./support/place";
import { serverState, stackState } from "./support/snapshot";

const up = "up -s dev --yes --skip-preview";

function succeeded({ exitCode, all = "" }: ExecaReturnValue): void {
  if (exitCode !== 0) throw new Error(`exit code ${String(exitCode)}\n${all}`);
}

/** Everything there is after a run: what the server has, what the state says. */
const everything = async (place: Place) => ({
  server: await serverState(place),
  state: await stackState(place),
});

async function inPlace<Result>(run: (place: Place) => Promise<Result>): Promise<Result> {
  const place = await openPlace();
  try {
    succeeded(await place.shell.pulumi("stack init dev"));
    return await run(place);
  } finally {
    await place.close();
  }
}

const undisturbed = inPlace(async (place) => {
  succeeded(await place.shell.pulumi(up));
  return { writes: place.writes, ...(await everything(place)) };
});

/** What an up writes, counted by hand, because jest has to know its tests before any has run. */
const writes = 22;
const every = Array.from({ length: writes }, (_, write) => write);

/** Kills an up, lets `recover` repair it, and gives what is there after the next up. */
const repaired = (cut: Cut, repair: (place: Place) => Promise<void>) =>
  inPlace(async (place) => {
    const killed = await killedAt(place, cut, () => place.shell.startPulumi(up));
    if (cut.moment !== "started") expect(killed).toBe(true);
    await repair(place);
    succeeded(await place.shell.pulumi(up));
    return everything(place);
  });

const recover = async ({ shell }: Place): Promise<void> => {
  succeeded(await shell.startCommand("recover -s dev"));
};

async function converges(cut: Cut, repair = recover): Promise<void> {
  const { server, state } = await undisturbed;
  expect(await repaired(cut, repair)).toEqual({ server, state });
}

/**
 * SIGKILL to the engine, its language host and the program, at every gap between a write on the server and the
 * checkpoint that knows of it and at other points. Then `promptsentinel-secrets recover` and `pulumi up`, and all is as
 * after an up that nobody disturbed.
 */
describe("an up that is killed", () => {
  test("writes as often as there are cuts below", async () => {
    expect((await undisturbed).writes).toHaveLength(writes);
  });

  test.concurrent.each(every)(
    "when write %d is on the server and the engine was not told",
    (write) => converges({ moment: "after", write }),
  );

  test.concurrent.each(every)("when write %d was told and the engine writes it down", (write) =>
    converges({ moment: "told", write }),
  );

  test.concurrent.each([0, 5, 10, 15, 21])("before write %d reaches the server", (write) =>
    converges({ moment: "before", write }),
  );

  test.concurrent.each([200, 600, 1000, 1400, 1800, 2200])("%d ms after its start", (ms) =>
    converges({ moment: "started", ms }),
  );
});

describe("its recovery", () => {
  test.concurrent.each([300, 700, 1100, 1500, 1900])(
    "can itself be killed, %d ms after its start, and run again",
    (ms) =>
      converges({ moment: "after", write: 9 }, async (place) => {
        const start = () => place.shell.startCommand("recover -s dev");
        await killedAt(place, { moment: "started", ms }, start);
        await recover(place);
      }),
  );

  test("mends a state whose file of attributes the kill has cut off", async () => {
    await converges({ moment: "after", write: 9 }, async (place) => {
      const attributes = join(
        place.harness.dir.path,
        "state/.pulumi/stacks/promptsentinel-secrets/dev.json.attrs",
      );
      // It is there, whole; or cut off already, when the kill fell on its writing.
      expect((await stat(attributes)).isFile()).toBe(true);
      await truncate(attributes);
      expect((await place.shell.pulumi("preview -s dev")).all).toContain("EOF");
      await recover(place);
    });
  });

  test.concurrent("is also had from pulumi's own commands", () =>
    converges({ moment: "after", write: 9 }, async (place) => {
      const { shell } = place;
      // docs/recovery.md: what the kill has cut off beside the state is removed first, by hand.
      await mendFileBackend(`file://${join(place.harness.dir.path, "state")}`);
      succeeded(await shell.pulumi("cancel -s dev --yes"));
      const file = await importFile(place);
      succeeded(await shell.pulumi("refresh -s dev --yes --skip-preview --clear-pending-creates"));
      const flags = "--yes --skip-preview --protect=false --generate-code=false";
      succeeded(await shell.pulumi(`import -s dev --file ${file} ${flags}`));
    }),
  );
});
