import { timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";

const hidden = "(secret value)";

/** A key's value on its way from one place to another. Whatever prints, logs or serializes it gets a word instead. */
export class SecretValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The value itself, for the call that writes it and for nothing else. */
  reveal(): string {
    return this.#text;
  }

  equals(other: SecretValue): boolean {
    const [ours, theirs] = [Buffer.from(this.#text), Buffer.from(other.#text)];
    return ours.length === theirs.length && timingSafeEqual(ours, theirs);
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
