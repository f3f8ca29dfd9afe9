import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import execa from "execa";
import { cacheDir } from "../../../sandbox/cache";

/** How to ask the matcher of EventBridge itself, or why it cannot be asked. */
export type FoundRuler =
  | { readonly match: (patterns: readonly string[], events: readonly unknown[]) => number[][] }
  | { readonly missing: string };

const folder = join(__dirname, "..", "java");

/**
 * Event Ruler, the library with which EventBridge matches (https://github.com/aws/event-ruler), by Maven into the cache.
 * Without waiting for anything, because jest has to know its tests when it reads their file.
 */
export function findEventRuler(): FoundRuler {
  const pom = join(folder, "pom.xml");
  const digest = createHash("sha256").update(readFileSync(pom)).digest("hex");
  const home = cacheDir("event-ruler", digest.slice(0, 16));
  try {
    if (!existsSync(home)) {
      const building = `${home}.building`;
      rmSync(building, { recursive: true, force: true });
      mkdirSync(dirname(home), { recursive: true });
      const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${building}`];
      execa.sync("mvn", ["--quiet", "--batch-mode", "--file", pom, ...goal], { timeout: 300_000 });
      renameSync(building, home);
    }
    execa.sync("java", ["-version"]);
  } catch (error) {
    const [reason = "failed"] = String(error).split("\n");
    return {
      missing: `Event Ruler: ${reason}; it needs a JDK of 17 or later and Maven: \`apt install default-jdk-headless maven\``,
    };
  }
  return {
    match: (patterns, events) => {
      const { stdout } = execa.sync("java", ["-cp", join(home, "*"), join(folder, "Match.java")], {
        input: JSON.stringify({ patterns, events }),
        timeout: 120_000,
      });
      return (JSON.parse(stdout) as { answers: number[][] }).answers;
    },
  };
}
