import {
  startSecretManager,
  type RunningSecretManager,
} from "../../../sandbox/standin/secretmanager";
import type { Decide } from "../../../sandbox/standin/secretmanager/service";
import { clientOf } from "./secretManager";

export const projectId = "prompt-sentinel-dev";
export const projectNumber = "123456789012";
export const parent = `projects/${projectId}`;
/** As the service answers. */
export const numbered = `projects/${projectNumber}`;
export const secretOf = (id: string): string => `${parent}/secrets/${id}`;

type Options = Partial<Parameters<typeof startSecretManager>[0]>;
export type Client = ReturnType<typeof clientOf>;

/**
 * Stand-ins and clients of a test file, all closed after each test.
 * @param admin may do everything: who makes what a test needs
 */
export function secretManagers(decide: Decide, admin: string) {
  const closing: (() => Promise<void>)[] = [];
  const said: string[] = [];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  afterEach(close);

  const start = async (more: Options = {}): Promise<RunningSecretManager> => {
    const log = (line: string) => said.push(line);
    const server = await startSecretManager({ projectId, projectNumber, decide, log, ...more });
    closing.push(() => server.stop());
    return server;
  };
  const as = (server: RunningSecretManager, member: string): Client => {
    const client = clientOf(server, member);
    closing.push(() => client.close());
    return client;
  };
  /** One that has a secret of that name already. */
  const withKey = async (more: Options = {}, secret: object = {}) => {
    const server = await start(more);
    const client = as(server, admin);
    await create(client, "openai-api-key", secret);
    return { server, client };
  };
  return { start, as, withKey, close, said };
}

/** Makes a secret that is replicated automatically. */
export const create = (client: Client, secretId: string, more: object = {}) =>
  client.createSecret({ parent, secretId, secret: { replication: { automatic: {} }, ...more } });

/** Adds a version, and gives its name. */
export async function add(client: Client, id: string, value: string): Promise<string> {
  const payload = { data: Buffer.from(value) };
  const [version] = await client.addSecretVersion({ parent: secretOf(id), payload });
  return version.name ?? "";
}

/** The value of a version. */
export async function read(
  client: Client,
  id: string,
  version: string | number = "latest",
): Promise<string> {
  const name = `${secretOf(id)}/versions/${String(version)}`;
  const [{ payload }] = await client.accessSecretVersion({ name });
  return String(payload?.data);
}
