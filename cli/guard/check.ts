import { basename } from "node:path";
import { openBlobs } from "./blobs";
import { isEnvFile } from "./envFiles";
import type { Change, Repository } from "./git";
import { needleOf, type Needle } from "./needles";
import { added, scan, textOf, type Hit } from "./scan";
import type { OwnValues } from "./values";

/** A hit in a file; of a file that must not be there at all, without a line. */
export type Finding = { readonly file: string } & (
  | Hit
  | { readonly kind: "file"; readonly key?: undefined; readonly line?: undefined }
  | { readonly kind: "name"; readonly key: string; readonly line?: undefined }
);

/** Such a file is hardly ever there, and what reads it takes a while to load. */
const isSealed = (text: string): boolean =>
  (require("./sealed") as typeof import("./sealed")).isSealed(text);

/** How many files are asked of git ahead of the one that is looked at. */
const ahead = 16;

/** Everything in these files that must not be committed. */
export async function check(
  repository: Repository,
  changes: readonly Change[],
  { values }: Pick<OwnValues, "values">,
): Promise<readonly Finding[]> {
  const needles = values.map(needleOf);
  const blobs = openBlobs(repository.root);
  try {
    const findings: Finding[] = [];
    const asked = new Map<number, Promise<Buffer>>();
    const ask = (index: number): void => {
      const change = changes[index];
      if (!change) return;
      const content = blobs.get(change.blob);
      // It is waited for in its turn.
      content.catch(() => undefined);
      asked.set(index, content);
    };
    for (let index = 0; index < ahead; index++) ask(index);
    for (const [index, change] of changes.entries()) {
      const content = await asked.get(index);
      asked.delete(index);
      ask(index + ahead);
      if (content)
        findings.push(...(await inFile(change, content, needles, (id) => blobs.get(id))));
    }
    return findings;
  } finally {
    await blobs.close();
  }
}

async function inFile(
  { path, blob, before }: Change,
  content: Buffer,
  needles: readonly Needle[],
  read: (blob: string) => Promise<Buffer>,
): Promise<readonly Finding[]> {
  const [named] = scan(Buffer.from(path).toString("latin1"), needles);
  // The name is a value, so it is not told.
  const file = named ? "(a file whose name holds a key)" : path;
  const findings: Finding[] = named ? [{ file, kind: "name", key: named.key }] : [];
  const text = textOf(content);
  if (isEnvFile(basename(path)) && !isSealed(text)) {
    return [...findings, { file, kind: "file" }];
  }
  const hits = before.includes(blob) ? [] : scan(text, needles);
  if (hits.length === 0) return findings;
  const old = await Promise.all(before.map(async (id) => textOf(await read(id))));
  return [...findings, ...added(text, hits, old).map((hit) => ({ file, ...hit }))];
}
