/** Words of texts that stand where a key goes. */
const words =
  "your|example|examples|placeholder|change[-_]?me|changeit|replace|replaced|dummy|fake|sample|insert|redacted|todo|none|null|secret|password|test|demo|mock|invalid";

const patterns: readonly RegExp[] = [
  new RegExp(`(?<![a-z])(?:${words})(?![a-z])`, "i"),
  /your[-_]?(?:actual|real|own|api|key|token|anthropic|openai|gemini|snyk|redis)/i,
  /(?:api[-_]?key|key[-_]?(?:here|goes))/i,
  // One character over and over, and what is typed along a keyboard or the alphabet.
  /(.)\1{5,}/,
  /(?:01234567|12345678|23456789|abcdefgh|qwertyui)/i,
];

/** The fewest different characters of a key: a random one of 20 has hardly ever less. */
const fewest = 8;

/**
 * Whether a text of a key's form stands for a key and is none, as in `.env.example` or a tutorial. A random key is
 * taken for one by chance less than once in 20 000, as measured with a million of each vendor's length (1 in 59 000 of
 * Anthropic's 93 characters, 1 in 24 000 of OpenAI's 156): shorter words would come up in many more. Its value is still found when it is the caller's own.
 */
export const isPlaceholder = (text: string): boolean =>
  new Set(text).size < fewest || patterns.some((pattern) => pattern.test(text));
