import type { SecretValue } from "./secretValue";
import type { StoreKey } from "./store";

/**
 * What is wrong with a value's form, or worth to know. Nothing of the value is in it but its length and the weak word
 * that it holds, which is one of the application's own public list.
 */
export interface FormFinding {
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** The application's own rule for weak values: config_validator.py, `SecretManager`. */
const weak = ["password", "123456", "test", "demo", "example", "default", "admin", "secret"];

/** What each form says in words, by the application's own checks; `infra/catalog.ts` has the pattern. */
const forms: Readonly<Record<string, string>> = {
  anthropic: "`sk-ant-` and at least 14 of A-Z a-z 0-9 _ -",
  openai: "`sk-` and at least 38 of A-Z a-z 0-9 _ -",
  gemini: "at least 21 of A-Z a-z 0-9 _ . -",
  snyk: "at least 32 of A-Z a-z 0-9 _ . -",
  redis: "at least 12 of A-Z a-z 0-9 _ -, because Compose passes it unquoted to a shell",
  gdpr: "a Fernet key: 32 bytes in URL-safe base64, 44 characters that end with =",
};

/**
 * Checks a value against its key's form.
 * @returns every finding at once; without an error it may be written
 */
export function checkForm(key: StoreKey, value: SecretValue): readonly FormFinding[] {
  const text = value.reveal();
  const findings: FormFinding[] = [];
  if (text === "") {
    return [error(`${key.env}: got nothing; fix: give the value`)];
  }
  if (/^\s|\s$/.test(text)) {
    findings.push(error(`${key.env}: has blanks at an end; fix: leave them out`));
  } else if (!key.pattern.test(text)) {
    findings.push(
      error(
        `${key.env}: the value has not the form of this key; expected: ${forms[key.id] ?? String(key.pattern)}; got ${String(text.length)} characters; ${hint(key, text)}`,
      ),
    );
  }
  if (key.id === "openai" && text.startsWith("sk-ant-")) {
    findings.push(
      error(
        `${key.env}: this is a key of Anthropic by its beginning; fix: put it as ANTHROPIC_API_KEY`,
      ),
    );
  }
  if (key.id === "gemini" && /^AQ\./.test(text)) {
    findings.push(
      warning(
        `${key.env}: keys of this new form hold a dot, which the application's own SecretManager refuses; its loader takes them, so this is written`,
      ),
    );
  }
  const found = weak.find((word) => text.toLowerCase().includes(word));
  if (found !== undefined) {
    const holds = `${key.env}: holds the word "${found}", by which the application's own check calls a value weak`;
    findings.push(
      key.vendor === "self"
        ? error(`${holds}; fix: make a random one, for example with \`openssl rand -hex 32\``)
        : warning(`${holds}; it is written, as a vendor's random key may hold it`),
    );
  }
  return findings;
}

const hint = (key: StoreKey, text: string): string =>
  /[^\x21-\x7e]/.test(text)
    ? "it has blanks or characters that no key has; fix: copy it anew"
    : `fix: copy the whole key from ${key.vendor === "self" ? "where it was made" : key.vendor}`;

const error = (message: string): FormFinding => ({ severity: "error", message });
const warning = (message: string): FormFinding => ({ severity: "warning", message });
