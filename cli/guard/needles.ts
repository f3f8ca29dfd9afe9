import type { OwnValue } from "./values";

/** A value as texts hold it. */
export interface Needle extends Pick<OwnValue, "key" | "where"> {
  readonly forms: readonly string[];
}

/** The forms of a value, as bytes: as it is, in UTF-16, base64 wherever it begins, hex, and escaped for URLs and JSON. */
export function needleOf({ key, where, value }: OwnValue): Needle {
  const text = value.reveal();
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((offset) => base64Core(bytes, offset));
  const hex = bytes.toString("hex");
  const forms = [
    bytes.toString("latin1"),
    Buffer.from(text, "utf16le").toString("latin1"),
    ...base64,
    ...base64.map((one) => one.replaceAll("+", "-").replaceAll("/", "_")),
    ...[hex, hex.toUpperCase()],
    ...[encodeURIComponent(text), new URLSearchParams({ v: text }).toString().slice(2)],
    Buffer.from(JSON.stringify(text).slice(1, -1)).toString("latin1"),
  ];
  return { key, where, forms: [...new Set(forms)] };
}

/** What stays of the base64 of a text that holds these bytes at this offset of its groups of three. */
function base64Core(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(2)]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
