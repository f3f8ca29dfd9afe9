import execa from "execa";

/** Reads blobs by one process of git, in the order in which they are asked for. */
export interface Blobs {
  get(id: string): Promise<Buffer>;
  close(): Promise<void>;
}

interface Waiting {
  readonly id: string;
  resolve(content: Buffer): void;
  reject(error: Error): void;
}

/** https://git-scm.com/docs/git-cat-file#_batch_output */
export function openBlobs(root: string): Blobs {
  const child = execa("git", ["cat-file", "--batch"], { cwd: root, buffer: false, reject: false });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error("guard: git has no pipes");
  const waiting: Waiting[] = [];
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = 1;

  const take = (): void => {
    while (held >= wanted && waiting.length > 0) {
      const all = chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks);
      const end = all.indexOf(10);
      chunks = [all];
      if (end < 0) {
        wanted = held + 1;
        return;
      }
      const [, kind, size = "0"] = all.subarray(0, end).toString("latin1").split(" ");
      const length = Number(size);
      const next = waiting[0];
      if (kind !== "blob") {
        waiting.shift();
        next?.reject(new Error(`guard: git has no blob ${next.id}; fix: \`git fsck\``));
        keep(all.subarray(end + 1));
        continue;
      }
      // After the content comes a line's end.
      if (held < end + 1 + length + 1) {
        wanted = end + 1 + length + 1;
        return;
      }
      waiting.shift();
      next?.resolve(all.subarray(end + 1, end + 1 + length));
      keep(all.subarray(end + 1 + length + 1));
    }
  };
  const keep = (rest: Buffer): void => {
    chunks = rest.length === 0 ? [] : [rest];
    held = rest.length;
    wanted = 1;
  };
  const end = (): void => {
    const gone = new Error("guard: git ended before it gave a file's content; fix: `git fsck`");
    for (const one of waiting.splice(0)) one.reject(gone);
  };
  stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    held += chunk.length;
    take();
  });
  stdout.once("end", end);
  // It ended early: whoever waits is told by the end of its output.
  stdin.on("error", () => undefined);

  return {
    get: (id) =>
      new Promise((resolve, reject) => {
        waiting.push({ id, resolve, reject });
        stdin.write(`${id}\n`);
      }),
    close: async () => {
      stdin.end();
      await child;
    },
  };
}
