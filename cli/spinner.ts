import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from "listr2";

/** listr2 asks whether stdout is a terminal: here that is the result's, and may be a pipe while stderr is none. */
class OnStderr extends DefaultRenderer {
  static override nonTTY = true;
}

/**
 * Turns on stderr until some work has ended, well or not, and leaves nothing there. NO_COLOR is listr2's.
 * @param started is given a function that replaces the line below the title
 */
export async function spinner(
  title: string,
  work: Promise<unknown>,
  started: (say: (text: string) => void) => void,
): Promise<void> {
  const processOutput = new ProcessOutput(process.stderr, process.stderr, {
    leaveEmptyLine: false,
  });
  const logger = new ListrLogger<never>({ processOutput, useIcons: true, toStderr: [] });
  const list = new Listr(
    [
      {
        title,
        task: async (_, task) => {
          started((text) => (task.output = text));
          await work.catch(() => undefined);
        },
      },
    ],
    {
      renderer: OnStderr,
      rendererOptions: { clearOutput: true, logger },
      registerSignalListeners: false,
    },
  );
  await list.run();
}
