import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecaChildProcess } from "execa";
import { inTempDir } from "../../fixtures/tempDir";
import { runCommand } from "../support/command";
import { startFront, type Front, type Moment } from "../support/front";
import { startKvServer, type KvServer } from "../support/kvServer";
import { envFile, newValues } from "./values";

const path = "secret/data/promptsentinel/api_keys";

/** SIGKILL at every request to a real OpenBao, before the server has it and when only the command has not its answer. */
describe("killed at any request", () => {
  let server: KvServer;
  let front: Front;
  const old = newValues();
  const fresh = newValues();
  beforeAll(async () => {
    server = await startKvServer();
    front = await startFront(server.env["VAULT_ADDR"] ?? "");
  });
  afterAll(async () => {
    await front.close();
    await server.stop();
  });

  const start = (cwd: string, line: readonly string[], input = ""): ExecaChildProcess =>
    runCommand(["secrets", ...line], {
      ...{ cwd, input },
      env: { ...server.env, VAULT_ADDR: front.address },
    });

  /** The server with old values, or with none. */
  async function reset(fields: Readonly<Record<string, string>> | undefined): Promise<void> {
    await server.root.ask("DELETE", "secret/metadata/promptsentinel/api_keys");
    if (fields) await server.root.ask("POST", path, { data: fields });
  }

  /** Kills a command at its request of that number, and says whether it came that far. */
  async function killed(child: ExecaChildProcess, at: Moment, index: number): Promise<boolean> {
    front.watch((moment, call) => {
      if (moment !== at || call.index !== index) return "pass";
      child.kill("SIGKILL");
      return "cut";
    });
    const { signal } = await child;
    front.watch(undefined);
    return signal === "SIGKILL";
  }

  async function atEachRequest(
    run: (at: Moment, index: number) => Promise<boolean>,
  ): Promise<number> {
    let kills = 0;
    for (const at of ["before", "after"] as const) {
      for (let index = 0; await run(at, index); index++) kills += 1;
    }
    return kills;
  }

  test.each([
    ["the first value", undefined, []],
    ["a new version", { openai: old.openai, gemini: old.gemini }, ["--rotate"]],
  ])(
    "put of %s leaves the old or the new, and a second run brings the new",
    async (_, before, more) => {
      await inTempDir(async (cwd) => {
        const line = ["put", "openai", "--to", "vault", "--stdin", ...more];
        const kills = await atEachRequest(async (at, index) => {
          await reset(before);
          const wasKilled = await killed(start(cwd, line, fresh.openai), at, index);
          const left = await server.fields(path);
          expect([before?.openai, fresh.openai]).toContain(left?.["openai"]);
          expect(left?.["gemini"]).toBe(before?.gemini);
          const again = await start(cwd, line, fresh.openai);
          // A first value that was written already is there: 3.
          expect([0, ...(before ? [] : [3])]).toContain(again.exitCode);
          expect(await server.fields(path)).toStrictEqual({ ...before, openai: fresh.openai });
          if (before) expect(await server.fields(path, 1)).toStrictEqual(before);
          return wasKilled;
        });
        expect(kills).toBeGreaterThanOrEqual(4);
      });
    },
  );

  test("copy leaves each key in the file, in the store or in both, and a second run ends it", async () => {
    await inTempDir(async (cwd) => {
      const file = join(cwd, ".env");
      const line = ["copy", "--all", "--from", "dotenv", "--to", "vault", "--rotate", "--blank"];
      const { anthropic, openai } = fresh;
      const kills = await atEachRequest(async (at, index) => {
        await reset({ openai: old.openai });
        await writeFile(file, envFile({ anthropic, openai }), { mode: 0o600 });
        const wasKilled = await killed(start(cwd, line), at, index);
        const left = await server.fields(path);
        const inFile = await readFile(file, "utf8");
        expect([old.openai, openai]).toContain(left?.["openai"]);
        for (const [key, value] of Object.entries({ anthropic, openai })) {
          expect(left?.[key] === value || inFile.includes(value)).toBe(true);
        }
        // The other keys of the catalogue were not in the file, and are not made.
        const { exitCode } = await start(cwd, line);
        if (wasKilled) expect(exitCode).toBe(0);
        expect(await server.fields(path)).toStrictEqual({ anthropic, openai });
        expect(await readFile(file, "utf8")).not.toContain(openai);
        expect(await server.fields(path, 1)).toStrictEqual({ openai: old.openai });
        return wasKilled;
      });
      expect(kills).toBeGreaterThanOrEqual(10);
    });
  });
});
