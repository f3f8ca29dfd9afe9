import { setTimeout as sleep } from "node:timers/promises";
import { inTempDir } from "../../fixtures/tempDir";
import { cleanEnv, commandLine, runCommand } from "../support/command";
import { startFront, type Front } from "../support/front";
import { startKvServer, type KvServer } from "../support/kvServer";
import { atTerminal } from "../support/terminal";

describe("a command that takes more than a second", () => {
  let server: KvServer;
  let front: Front;
  beforeAll(async () => {
    server = await startKvServer();
    front = await startFront(server.env["VAULT_ADDR"] ?? "");
    front.watch(() => sleep(2500, "pass" as const));
  });
  afterAll(async () => {
    await front.close();
    await server.stop();
  });

  const line = ["secrets", "status", "--in", "vault"];
  const env = () => ({ ...server.env, VAULT_ADDR: front.address });
  const colour = /\u001b\[[\d;]*m/;

  const shown = (more: { env?: Record<string, string>; stdout?: "pipe" }) =>
    inTempDir((cwd) =>
      atTerminal({
        command: [...commandLine, ...line],
        env: { ...cleanEnv(cwd), TERM: "xterm-256color", ...env(), ...more.env },
        ...{ cwd, steps: [], ...(more.stdout && { stdout: more.stdout }) },
      }),
    );

  test("tells a terminal what it does, on stderr", async () => {
    const { screen, stdout, code } = await shown({ stdout: "pipe" });
    expect(code).toBe(1);
    expect(screen).toContain("looking at vault");
    expect(screen).not.toContain("NEXT ROTATION");
    expect(stdout).toMatch(/^KEY +STORE/);
    expect(stdout).not.toMatch(colour);
  });

  test.each([
    ["in colour", {}, true],
    ["without a colour under NO_COLOR", { NO_COLOR: "1" }, false],
  ])("and then shows the result there, %s", async (_, more, coloured) => {
    const { screen } = await shown({ env: more });
    expect(screen).toContain("looking at vault");
    expect(screen).toContain("NEXT ROTATION");
    expect(colour.test(screen)).toBe(coloured);
  });

  test("writes its result alone where it writes into a pipe", async () => {
    await inTempDir(async (cwd) => {
      const { stdout, stderr } = await runCommand(line, { cwd, env: env() });
      expect(stdout).toMatch(/^KEY +STORE/);
      expect(stderr).toBe("");
    });
  });
});
