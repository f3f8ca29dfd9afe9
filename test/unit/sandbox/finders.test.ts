import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findEngine, oldestEngine, pinnedEngine } from "../../../sandbox/engine/find";
import { findServer, pinnedOpenBao } from "../../../sandbox/openbao/find";

/** A machine with only these commands, each a script, and an empty cache. */
async function machineWith(commands: Readonly<Record<string, string>>): Promise<void> {
  const bin = join(dir, "bin");
  await mkdir(bin);
  for (const [name, script] of Object.entries(commands)) await program(join(bin, name), script);
  process.env["PATH"] = bin;
  process.env["PROMPTSENTINEL_CACHE"] = join(dir, "cache");
}

async function program(file: string, script: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

const says = (text: string): string => `echo '${text}'`;
const quiet = { log: () => undefined };

const before = { ...process.env };
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "secrets-test-"));
});
afterEach(async () => {
  process.env = { ...before };
  await rm(dir, { recursive: true });
});

describe("the engine", () => {
  test("on PATH is taken when it is new enough", async () => {
    await machineWith({ pulumi: says(`v${oldestEngine}`) });
    await expect(findEngine(quiet)).resolves.toMatchObject({
      origin: "path",
      version: oldestEngine,
    });
  });

  test("on PATH is passed over when it is older, for the one in the cache", async () => {
    await machineWith({ pulumi: says("v3.100.0") });
    const cached = join(dir, "cache", "engine", `v${pinnedEngine}`, "bin", "pulumi");
    await program(cached, says(`v${pinnedEngine}`));
    const { origin, command } = await findEngine(quiet);
    expect([origin, command.command]).toEqual(["cache", cached]);
  });

  test("that cannot be had: each way is named with its reason, and what to do", async () => {
    await machineWith({ pulumi: says("v3.100.0") });
    const error: unknown = await findEngine(quiet).catch((reason: unknown) => reason);
    const { message } = error as Error;
    expect(message).toContain(`no Pulumi ${oldestEngine} or newer could be had`);
    expect(message).toMatch(/- pulumi on PATH: .*3\.100\.0/);
    expect(message).toMatch(/- Pulumi's installer: \S/);
    expect(message).toMatch(/- a build with Go: \S/);
    expect(message).toContain(
      "fix: install Pulumi (https://www.pulumi.com/docs/iac/download-install/)",
    );
  });

  test("is not looked for any longer once the user has stopped it", async () => {
    await machineWith({});
    const cut = new AbortController();
    cut.abort(new Error("stopped by the test"));
    await expect(findEngine({ ...quiet, signal: cut.signal })).rejects.toThrow(
      "stopped by the test",
    );
  });
});

describe("the server program", () => {
  test("bao on PATH comes first", async () => {
    await machineWith({
      bao: says("OpenBao v2.5.1 (abc), built 2026-01-01"),
      vault: says("Vault v1.20.0 (abc)"),
    });
    await expect(findServer(quiet)).resolves.toMatchObject({ location: "bao", product: "openbao" });
  });

  test("then vault, when bao is older than what is used here", async () => {
    await machineWith({ bao: says("OpenBao v2.1.0"), vault: says("Vault v1.20.0 (abc)") });
    await expect(findServer(quiet)).resolves.toMatchObject({ location: "vault", product: "vault" });
  });

  test("then the wheel, from the cache when it is there", async () => {
    await machineWith({});
    const cached = join(dir, "cache", "openbao", pinnedOpenBao, "bao");
    await program(cached, says(`OpenBao v${pinnedOpenBao}`));
    await expect(findServer(quiet)).resolves.toMatchObject({
      location: cached,
      origin: "PyPI wheel",
    });
  });

  test("then a container, where docker answers", async () => {
    await machineWith({ docker: says("29.0.0") });
    await expect(findServer(quiet)).resolves.toMatchObject({
      kind: "docker",
      location: `openbao/openbao:${pinnedOpenBao}`,
    });
  });

  test("that cannot be had: each way is named with its reason, and what to do", async () => {
    await machineWith({ bao: says("OpenBao v1.9.0"), docker: "exit 1" });
    const error: unknown = await findServer(quiet).catch((reason: unknown) => reason);
    const { message } = error as Error;
    expect(message).toContain("bao on PATH: is 1.9, older than 2.2");
    expect(message).toContain("vault on PATH: not found");
    expect(message).toMatch(/- the PyPI wheel: \S/);
    expect(message).toContain("docker: there is none, or its daemon does not answer");
    expect(message).toContain("fix: install OpenBao (https://openbao.org/docs/install/)");
  });
});
