import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import execa from "execa";
import { stringify } from "yaml";
import { cacheDir } from "../../../sandbox/cache";
import { projectRoot } from "../../../sandbox/session";
import { projectName } from "../../../stacks/config";

/** Something that was said or written, by where it was found. */
export type Seen = readonly [where: string, content: Buffer | string];

/** A value that must not be found, by a name that may be shown. */
export type Secrets = Readonly<Record<string, string>>;

/**
 * The forms that a value takes in texts: as it is, in base64 wherever in a longer text it begins, as hex digits,
 * escaped for URLs and for JSON, by JavaScript and by Go, which escapes more.
 */
export function formsOf(value: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const base64 = Object.fromEntries(
    [0, 1, 2].map((offset) => [`base64 at ${String(offset)}`, base64Core(bytes, offset)]),
  );
  return {
    plain: value,
    ...base64,
    ...Object.fromEntries(
      Object.entries(base64).map(([name, text]) => [
        name.replace("base64", "base64url"),
        text.replaceAll("+", "-").replaceAll("/", "_"),
      ]),
    ),
    hex: bytes.toString("hex"),
    HEX: bytes.toString("hex").toUpperCase(),
    url: encodeURIComponent(value),
    "url form": new URLSearchParams({ v: value }).toString().slice(2),
    json,
    "json twice": JSON.stringify(json).slice(1, -1),
    "json by Go": json.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
    "json in ascii": json.replace(
      /[\u0080-\uffff]/g,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  };
}

/** What stays of the base64 of a text that holds these bytes at this offset of its groups of three. */
function base64Core(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(2)]).toString("base64");
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  return text.slice(first, last);
}

/** Where which value was found in which form; gzip is looked into. */
export function leaks(seen: readonly Seen[], secrets: Secrets): readonly string[] {
  const wanted = Object.entries(secrets).map(
    ([name, value]) => [name, Object.entries(formsOf(value))] as const,
  );
  return seen.flatMap(([where, content]) => {
    const text = textOf(content);
    return wanted.flatMap(([name, forms]) => {
      const found = forms.find(([, form]) => text.includes(form));
      return found ? [`${where}: ${name} as ${found[0]}`] : [];
    });
  });
}

function textOf(content: Buffer | string): string {
  if (typeof content === "string") return content;
  return (isGzip(content) ? unzipped(content) : content).toString("utf8");
}

const isGzip = (content: Buffer): boolean => content[0] === 0x1f && content[1] === 0x8b;

/** Of one that is cut off as much as there is; what only looks like one as it is. */
function unzipped(content: Buffer): Buffer {
  try {
    return gunzipSync(content, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return content;
  }
}

/** All files below a folder; links are not followed. */
export async function filesBelow(dir: string): Promise<readonly Seen[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }): Promise<Seen> => {
        const file = join(parentPath, name);
        return [relative(dir, file), await readFile(file)];
      }),
  );
}

/**
 * All that a rehearsal of a config, brought up in memory, says, exports and leaves in a folder, which is its home too.
 * @param env what whoever runs it has in his environment
 */
export async function rehearsed(
  config: Readonly<Record<string, unknown>>,
  dir: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly Seen[]> {
  const settings = Object.entries(config).map(
    ([key, value]) => [`${projectName}:${key}`, value] as const,
  );
  const file = join(dir, "config.yaml");
  const exported = join(dir, "checkpoint.json");
  await writeFile(file, stringify({ config: Object.fromEntries(settings) }));
  const main = join("sandbox", "rehearsal", "main.ts");
  const options = ["--stack", "prod", "--config", file, "--up", "--export", exported, "--json"];
  const { all = "" } = await execa("node", ["--import", "tsx", main, ...options], {
    cwd: projectRoot,
    all: true,
    env: { ...env, TMPDIR: dir, HOME: dir, PROMPTSENTINEL_CACHE: cacheDir() },
  });
  return [
    ["rehearse", all],
    ["checkpoint", await readFile(exported, "utf8")],
    ...(await filesBelow(dir)),
  ];
}
