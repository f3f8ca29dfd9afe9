import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { parseDocument } from "yaml";
import { program } from "../stacks/program";
import { projectName } from "../stacks/config";
import type { Engine } from "./engine/find";
import type { PipelineIssuer } from "./pipeline";
import { attached, pulumiHome } from "./plugins";
import { serveVaultStandIn, type VaultStandInOptions } from "./standin/vault";

/** Folder of the project. */
export const projectRoot = join(__dirname, "..");

/** The policy pack, and where its loader is found by an engine that has none. */
export const policyPack = join(projectRoot, "policies");
export const loaders = join(__dirname, "bin");

/** A stack of this project against a server that is not its own. */
export interface SessionOptions {
  readonly engine: Engine;
  /** An empty private folder for the workspace and its state. */
  readonly dir: string;
  readonly stackName?: string;
  readonly server: {
    readonly address: string;
    readonly rootToken: string;
    readonly product: "openbao" | "vault";
    /** Where its audit files go. */
    readonly dir: string;
  };
  /** For the state's secrets. @default made up for this session */
  readonly passphrase?: string;
  /** Whether the engine has the real plugin. @default false: a stand-in is served */
  readonly realPlugin?: boolean;
  readonly observe?: VaultStandInOptions["observe"];
  /** Who signs pipelines' tokens: by its keys, for a server that cannot ask the real issuer for its own. */
  readonly pipeline: PipelineIssuer;
  /** Settings to change, by path below the project's namespace: `["vault", "kv", "mode"]`. */
  readonly settings?: readonly (readonly [path: readonly string[], value: unknown])[];
}

export interface Session {
  readonly stack: Stack;
  /** The environment of the engine, for calls of its own command. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/**
 * The dev stack in a workspace of its own: the project's files with this server's address, state in a folder, the
 * program in this process. The server's token goes by the environment, as it does for a user.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { engine, dir, server, stackName = "dev" } = options;
  const state = join(dir, "state");
  await mkdir(state, { recursive: true });
  await cp(join(projectRoot, "Pulumi.yaml"), join(dir, "Pulumi.yaml"));
  await writeFile(join(dir, `Pulumi.${stackName}.yaml`), await stackFile(stackName, options));

  const standIn = options.realPlugin
    ? undefined
    : await serveVaultStandIn({ token: server.rootToken, observe: options.observe });
  const env = {
    PULUMI_HOME: pulumiHome(),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: options.passphrase ?? randomBytes(24).toString("hex"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PATH: [process.env["PATH"] ?? "", loaders].join(delimiter),
    VAULT_TOKEN: server.rootToken,
    ...(standIn && attached(standIn.port)),
  };
  // The program runs in this process and takes the token from where every Vault client does.
  process.env["VAULT_TOKEN"] = server.rootToken;
  try {
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName, projectName, program: () => program() },
      { workDir: dir, envVars: env, pulumiCommand: engine.command },
    );
    return {
      stack,
      env,
      close: async () => {
        await standIn?.stop();
      },
    };
  } catch (error) {
    await standIn?.stop();
    throw error;
  }
}

/** The stack's own file, with what has to be different here. */
async function stackFile(
  stackName: string,
  { server, pipeline, settings = [] }: SessionOptions,
): Promise<string> {
  const document = parseDocument(
    await readFile(join(projectRoot, `Pulumi.${stackName}.yaml`), "utf8"),
  );
  const set = (path: readonly string[], value: unknown): void => {
    const [section = "", ...rest] = path;
    document.setIn(["config", `${projectName}:${section}`, ...rest], value);
  };
  set(["vault", "address"], server.address);
  set(["vault", "server"], server.product);
  set(["vault", "auth", "jwt", "publicKeys"], [pipeline.publicKey]);
  for (const device of ["primary", "secondary"]) {
    set(["vault", "audit", "devices", device, "path"], join(server.dir, `${device}.log`));
  }
  for (const [path, value] of settings) set(path, value);
  return document.toString();
}
