import type { Finding } from "./check";
import type { OwnValues } from "./values";

/** For machines: stable. */
export interface Report {
  readonly findings: readonly (Finding & { readonly message: string; readonly fix: string })[];
  /** How many files were looked at. */
  readonly files: number;
  readonly compared: OwnValues["compared"];
}

export interface Circumstances {
  /** All tracked files, instead of what is staged. */
  readonly all: boolean;
  /** Before the first commit there is nothing to restore the index from. */
  readonly born: boolean;
}

/** What was found, and what to do about it; nothing of a value is in it. */
export const reportOf = (
  findings: readonly Finding[],
  files: number,
  compared: OwnValues["compared"],
  circumstances: Circumstances,
): Report => ({
  findings: findings.map((one) => ({
    ...one,
    message: messageOf(one),
    fix: fixOf(one, circumstances),
  })),
  files,
  compared,
});

function messageOf(finding: Finding): string {
  switch (finding.kind) {
    case "file":
      return "is made to hold values, and is never committed";
    case "name":
      return `its name holds what looks like, or is, ${finding.key}`;
    case "value":
      return `holds the value of ${finding.key} that is now in ${finding.where ?? "use"}`;
    case "form":
      return finding.unexplained
        ? `holds what has the form of ${finding.key}, and promptsentinel:allow without a reason`
        : `holds what has the form of ${finding.key}`;
  }
}

function fixOf(finding: Finding, circumstances: Circumstances): string {
  const out = `${unstaging(finding.file, circumstances)}take it out`;
  switch (finding.kind) {
    case "file":
      return `\`git rm --cached -- ${fromTop(finding.file)}\`, add it to .gitignore, and replace each key in it that was ever committed`;
    case "name":
      return "rename it, and replace the key, as its name may be in a history already";
    case "value":
      return `${out}, and replace the key: a stash or another commit may hold it`;
    case "form":
      return `${out}; replace the key if it is a real one; if it is none, write promptsentinel:allow and the reason on its line`;
  }
}

const unstaging = (file: string, { all, born }: Circumstances): string =>
  all ? "" : `\`git ${born ? "restore --staged" : "rm --cached"} -- ${fromTop(file)}\`, `;

/**
 * As git and a shell take it in whatever folder of the repository, on one line.
 * https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-aiddefpathspecapathspec
 */
function fromTop(path: string): string {
  // Signs in front may be magic to git, and `*` and others would be patterns.
  const magic = /^[A-Za-z0-9.][\w./@%+,-]*$/.test(path) ? ":/" : ":(top,literal)";
  return `'${magic}${printable(path).replaceAll("'", "'\\''")}'`;
}

/** A name may hold what moves a terminal's cursor. */
const printable = (path: string): string => path.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "?");

/** For people. */
export function textOf({ findings, files, compared }: Report, { all }: Circumstances): string {
  const what = `${String(files)} ${all ? "tracked" : "staged"} ${files === 1 ? "file" : "files"}`;
  const rest = notComparedWith(compared);
  if (findings.length === 0) {
    return [`guard: ${what}, nothing found${comparedWith(compared)}`, ...rest].join("\n");
  }
  return [
    `guard: ${String(findings.length)} found in ${what}`,
    ...findings.map(
      ({ file, line, message, fix }) =>
        `  ${printable(file)}${line === undefined ? "" : `:${String(line)}`}: ${message}\n      fix: ${fix}`,
    ),
    ...rest,
  ].join("\n");
}

const comparedWith = (compared: OwnValues["compared"]): string => {
  const places = Object.entries(compared).flatMap(([place, count]) =>
    typeof count === "number" ? [`${String(count)} of ${place}`] : [],
  );
  return places.length === 0 ? "" : `; compared with your values: ${places.join(", ")}`;
};

/** A line, where there is something to say. */
function notComparedWith(compared: OwnValues["compared"]): readonly string[] {
  const places = Object.entries(compared).flatMap(([place, why]) =>
    typeof why === "string" ? [`${place} (${printable(why)})`] : [],
  );
  return places.length === 0 ? [] : [`not compared: ${places.join(", ")}`];
}
