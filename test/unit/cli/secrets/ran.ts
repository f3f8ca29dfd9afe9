import { buildCli } from "../../../../cli/cli";
import { failure } from "../../../../cli/output";

/** How a command ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line of the command in this process, as `main.ts` does. */
export async function ran(...line: readonly string[]): Promise<Ran> {
  const said = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    jest.spyOn(process[name], "write").mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await buildCli()
      .parseAsync(["node", "promptsentinel-secrets", ...line])
      .catch(failure);
    return { code: codeNow(), ...said };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

const codeNow = (): number => Number(process.exitCode ?? 0);
