// The part of Python's configparser.RawConfigParser by which keyrings.alt keeps its file:
// https://docs.python.org/3/library/configparser.html#supported-ini-file-structure. A change touches the lines of its
// option alone: what other programs keep in the file stays byte for byte.

/** An option by its plain names, which are escaped in the file. */
export interface IniOption {
  readonly section: string;
  readonly option: string;
}

/** The text is none of the kind; the message has nothing of what is in it. */
export class IniError extends Error {}

interface FoundOption extends IniOption {
  readonly value: string;
  /** Lines from the option's own to the last of its value, as half-open range. */
  readonly from: number;
  readonly to: number;
}

interface Parsed {
  readonly options: readonly FoundOption[];
  /** Of each section the line after its header. */
  readonly sections: ReadonlyMap<string, number>;
}

/** Letters and digits stay, each other byte becomes _XX: keyrings/alt/escape.py. */
export const escapedName = (name: string): string =>
  [...Buffer.from(name)]
    .map((byte) => String.fromCharCode(byte))
    .map((char) =>
      /[A-Za-z0-9]/.test(char)
        ? char
        : `_${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    )
    .join("");

/** Names of options are in lower case, of sections as they are: `optionxform`. */
const named = ({ section, option }: IniOption): IniOption => ({
  section: escapedName(section),
  option: escapedName(option).toLowerCase(),
});

/**
 * An option's value, its lines joined.
 * @throws when Python could not read the text either
 */
export const iniValue = (text: string, wanted: IniOption): string | undefined =>
  find(parse(text), named(wanted))?.value;

/** Whether there is any option. @throws as `iniValue` */
export const hasOptions = (text: string): boolean => parse(text).options.length > 0;

/** The text with an option set: in the place of the one before, else at the head of its section. @throws as `iniValue` */
export function withIniValue(text: string, wanted: IniOption, lines: readonly string[]): string {
  const name = named(wanted);
  const parsed = parse(text);
  const written = asOption(name.option, lines);
  const all = text.split("\n");
  const before = find(parsed, name);
  if (before !== undefined) return replaced(all, before.from, before.to, written);
  const head = parsed.sections.get(name.section);
  if (head !== undefined) return replaced(all, head, head, written);
  const whole = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return `${whole}[${name.section}]\n${written.join("\n")}\n\n`;
}

/** As RawConfigParser.write does: continuation lines begin with a tab. */
const asOption = (option: string, [first = "", ...more]: readonly string[]): readonly string[] => [
  `${option} = ${first}`,
  ...more.map((line) => `\t${line}`),
];

const replaced = (all: readonly string[], from: number, to: number, written: readonly string[]) =>
  [...all.slice(0, from), ...written, ...all.slice(to)].join("\n");

const find = ({ options }: Parsed, { section, option }: IniOption): FoundOption | undefined =>
  options.find((one) => one.section === section && one.option === option);

function parse(text: string): Parsed {
  const options: FoundOption[] = [];
  const sections = new Map<string, number>();
  let section: string | undefined;
  let current: FoundOption | undefined;
  let indent = 0;
  for (const [number, line] of text.split("\n").entries()) {
    const value = line.trim();
    if (value === "" || /^[#;]/.test(value)) continue;
    const depth = line.search(/\S/);
    if (current !== undefined && depth > indent) {
      current = { ...current, value: `${current.value}\n${value}`, to: number + 1 };
      options[options.length - 1] = current;
      continue;
    }
    indent = depth;
    current = undefined;
    const header = /^\[(.+)\]/.exec(value)?.[1];
    if (header !== undefined) {
      if (sections.has(header)) throw new IniError(`line ${String(number + 1)}: a section twice`);
      section = header;
      sections.set(header, number + 1);
      continue;
    }
    const [, name = "", content = ""] = /^(.*?)\s*[=:]\s*(.*)$/.exec(value) ?? [];
    if (section === undefined || name === "") {
      throw new IniError(`line ${String(number + 1)}: neither a section nor an option`);
    }
    const option = name.toLowerCase();
    if (options.some((one) => one.section === section && one.option === option)) {
      throw new IniError(`line ${String(number + 1)}: an option twice`);
    }
    current = { section, option, value: content, from: number, to: number + 1 };
    options.push(current);
  }
  return { options, sections };
}
