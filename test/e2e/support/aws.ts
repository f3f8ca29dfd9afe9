import { createInterface } from "node:readline";
import { once } from "node:events";
import execa from "execa";
import { pythonProgram } from "./python";

/** A stand-in for AWS: moto (https://docs.getmoto.org) on loopback. It keeps what it is told and enforces no policy. */
export interface Aws {
  /** What points SDKs at it, with credentials that are none. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Starts it. It ends with its standard input, so with whoever started it. */
export async function startAws(python: string, account: string): Promise<Aws> {
  const child = execa(python, [pythonProgram("aws_server")], {
    env: { MOTO_ACCOUNT_ID: account },
    stdin: "pipe",
    stderr: "ignore",
    reject: false,
  });
  if (!child.stdout) throw new Error("moto has no output");
  const lines = createInterface({ input: child.stdout });
  const [port] = (await once(lines, "line")) as [string];
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "stand-in",
      AWS_SECRET_ACCESS_KEY: "stand-in",
      AWS_REGION: "eu-central-1",
    },
    stop: async () => {
      child.stdin?.end();
      await child;
    },
  };
}
