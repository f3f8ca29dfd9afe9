import { randomBytes } from "node:crypto";

/** Values of their keys' forms, new in each process, so that what is found of one is of this run. */
export const newValues = () => ({
  anthropic: `sk-ant-${randomBytes(20).toString("hex")}`,
  openai: `sk-${randomBytes(24).toString("hex")}`,
  gemini: `AIza${randomBytes(20).toString("hex")}`,
  snyk: randomBytes(20).toString("hex"),
});

/** Those and the optional key that the dev stack has. */
export const devValues = () => ({ ...newValues(), redis: randomBytes(20).toString("hex") });

/** The variables of those keys. */
export const variables = {
  anthropic: "ANTHROPIC_API_KEY",
  openai: "OPENAI_API_KEY",
  gemini: "GEMINI_API_KEY",
  snyk: "SNYK_TOKEN",
  redis: "REDIS_PASSWORD",
} as const;

/** The text of a `.env` with those keys. */
export const envFile = (values: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .flatMap(([key, name]) => (values[key] === undefined ? [] : [`${name}=${values[key]}\n`]))
    .join("");
