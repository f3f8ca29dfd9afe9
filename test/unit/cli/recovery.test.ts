import { chmod, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { recoverStack } from "../../../cli/recovery";
import { parseConfig } from "../../../infra/config";
import { fakePlatform } from "../../fixtures/fakePlatform";
import { inTempDir } from "../../fixtures/tempDir";

interface Scene {
  /** Owner of the lock, as the engine tells it; undefined when there is none. */
  readonly lock?: string;
  readonly pending?: readonly string[];
  /** What the server has, by URN. */
  readonly exists?: Readonly<Record<string, string>>;
  readonly unlock?: boolean;
}

/** Recovers a stack whose engine is a script that writes down how it is called. */
const recovered = ({ lock, pending = [], exists = {}, unlock = false }: Scene) =>
  inTempDir(async (folder) => {
    const command = join(folder, "engine");
    const calls = join(folder, "calls");
    await writeFile(calls, "");
    await writeFile(
      command,
      `#!/bin/sh
echo "$*" >> "${calls}"
case "$1 $2" in
  "stack export") cat "${folder}/state" ;;
  "cancel --yes") : > "${folder}/cancelled" ;;
  *) if [ -n "$LOCK" ] && [ ! -e "${folder}/cancelled" ]; then
    echo "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end" >&2
    echo "  file:///locks/one.json: created by $LOCK at 2026-01-01T00:00:00Z" >&2
    exit 255
  fi
  [ "$1 $2" != "stack import" ] || cat > "${folder}/state" ;;
esac
`,
    );
    await chmod(command, 0o700);
    const operation = (urn: string) => ({
      type: "creating",
      resource: { urn, type: "other:index:Thing", inputs: { urn } },
    });
    const state = join(folder, "state");
    await writeFile(
      state,
      JSON.stringify({
        version: 3,
        deployment: {
          manifest: { version: "v3" },
          resources: [{ urn: "urn:before" }],
          pending_operations: [
            ...pending.map(operation),
            { ...operation("urn:updated"), type: "updating" },
          ],
        },
      }),
    );
    const stack = {
      name: "dev",
      workspace: {
        pulumiCommand: { command },
        workDir: folder,
        envVars: lock === undefined ? {} : { LOCK: lock },
      },
    } as unknown as Stack;
    const platform: ReturnType<typeof fakePlatform> = {
      ...fakePlatform("other"),
      existingId: ({ inputs }) => Promise.resolve(exists[String(inputs["urn"])]),
    };
    const config = parseConfig({ stage: "dev", other: { region: "here" } }, { other: platform });
    const lines: string[] = [];
    let error: unknown;
    const done = await recoverStack(stack, config, {
      unlock,
      log: (line) => lines.push(line),
    }).catch((caught: unknown) => {
      error = caught;
      return undefined;
    });
    const said = await readFile(calls, "utf8");
    return {
      ...{ done, error, lines, calls: said.split("\n").filter(Boolean) },
      state: JSON.parse(await readFile(state, "utf8")) as unknown,
    };
  });

const end = "--stack dev --non-interactive";
const refresh = `refresh --yes --skip-preview --suppress-outputs ${end}`;
const exported = `stack export ${end}`;
/** No process has it: it is above what kernels hand out. */
const gone = 2 ** 30;

describe("recoverStack", () => {
  test("imports what exists, forgets what does not, and leaves other operations alone", async () => {
    const { done, calls, lines, state } = await recovered({
      pending: ["urn:made", "urn:lost"],
      exists: { "urn:made": "secret" },
    });
    expect(done).toStrictEqual({ imported: ["urn:made"], cleared: ["urn:lost"] });
    expect(calls).toStrictEqual([exported, `stack import ${end}`, refresh]);
    expect(lines).toStrictEqual(["urn:made: exists as secret", "urn:lost: was not made"]);
    const resource = { type: "other:index:Thing", inputs: { urn: "urn:made" } };
    expect(state).toStrictEqual({
      version: 3,
      deployment: {
        manifest: { version: "v3" },
        resources: [
          { urn: "urn:before" },
          { urn: "urn:made", ...resource, id: "secret", outputs: resource.inputs },
        ],
        pending_operations: [
          {
            type: "updating",
            resource: { urn: "urn:updated", ...resource, inputs: { urn: "urn:updated" } },
          },
        ],
      },
    });
  });

  test("refreshes where nothing was cut off", async () => {
    const { done, calls } = await recovered({});
    expect(done).toStrictEqual({ imported: [], cleared: [] });
    expect(calls).toStrictEqual([exported, refresh]);
  });

  test("removes the lock of a process that is gone", async () => {
    const owner = `me@${hostname()} (pid ${String(gone)})`;
    const { error, calls, lines } = await recovered({ lock: owner });
    expect(error).toBeUndefined();
    expect(calls).toStrictEqual([exported, refresh, `cancel --yes ${end}`, refresh]);
    expect(lines).toStrictEqual([`removing the lock of ${owner}`]);
  });

  test("fails on the lock of a process that runs", async () => {
    const owner = `me@${hostname()} (pid ${String(process.pid)})`;
    const { error, calls } = await recovered({ lock: owner });
    expect((error as Error).message).toBe(
      `lock: the stack is locked by ${owner}, which is running; fix: wait for it, or run this again with --unlock once you know that it is gone`,
    );
    expect(calls).toStrictEqual([exported, refresh]);
  });

  test("fails on the lock of another machine, and takes it away when told to", async () => {
    const owner = `you@another.example.com (pid ${String(gone)})`;
    expect(String((await recovered({ lock: owner })).error)).toContain("on another machine; fix:");
    const { error, calls } = await recovered({ lock: owner, unlock: true });
    expect(error).toBeUndefined();
    expect(calls).toHaveLength(4);
  });
});
