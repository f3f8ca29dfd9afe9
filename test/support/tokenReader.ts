/** Texts of a language's tokens, each the first group of the pattern, which is sticky. @throws at what is none */
export function tokensOf(text: string, token: RegExp, language: string): readonly string[] {
  const found: string[] = [];
  token.lastIndex = 0;
  let end = 0;
  for (let next = token.exec(text); next; next = token.exec(text)) {
    found.push(next[1] ?? "");
    end = token.lastIndex;
  }
  if (text.slice(end).trim() !== "") throw new Error(`${language}: cannot read ${text.slice(end)}`);
  return found;
}

/** Goes through the tokens of a stand-in's language, one after another. */
export class TokenReader {
  protected at = 0;
  constructor(
    protected readonly tokens: readonly string[],
    protected readonly language: string,
  ) {}

  /** @throws when there is one left */
  end(): void {
    const more = this.peek();
    if (more !== undefined)
      throw new Error(`${this.language}: ${more} is one too many, or needs ( )`);
  }

  protected peek(): string | undefined {
    return this.tokens[this.at];
  }

  protected next(): string {
    const found = this.tokens[this.at++];
    if (found === undefined) throw new Error(`${this.language}: it ends too soon`);
    return found;
  }

  protected take(wanted: string): boolean {
    if (this.peek() !== wanted) return false;
    this.at++;
    return true;
  }

  protected expect(wanted: string): void {
    if (!this.take(wanted)) throw new Error(`${this.language}: ${wanted} is missing`);
  }
}
