import { Document, Scalar } from "yaml";

/** Line ends of YAML 1.1, which Go's readers still know, and what no reader takes as it is. */
const unsafe = /[\u007f-\u009f\u2028\u2029\ufeff]/g;
/** What would end a comment, too. */
const unsafeInComment = /[\p{Cc}\u2028\u2029\ufeff]/gu;

const escaped = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * A document of YAML that every reader reads back as it was meant: all texts in quotes.
 * @param comment lines above it
 */
export function yamlText(value: unknown, comment: readonly string[] = []): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  if (comment.length > 0)
    document.commentBefore = comment
      .map((line) => ` ${line.replaceAll(unsafeInComment, escaped)}`)
      .join("\n");
  return document
    .toString({ defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN", lineWidth: 0 })
    .replaceAll(unsafe, escaped);
}

/** A text of several lines, as they are: of what `yamlText` made, no line begins or ends with a surprise. */
export function block(text: string): Scalar<string> {
  const scalar = new Scalar(text);
  scalar.type = "BLOCK_LITERAL";
  return scalar;
}
