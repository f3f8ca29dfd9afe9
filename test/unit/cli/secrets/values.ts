/** Values of their keys' forms, that open nothing. */
export const values = {
  anthropic: "sk-ant-unit-4f1d9c2e7a",
  openai: "sk-unit-0123456789abcdef0123456789abcdef01234567",
  gemini: "AIza-unit-77aa31c0d2e94b",
  snyk: "unit-5d0c91aa-3be2-4f6c-9d8e-1b7f",
} as const;

/** Others of the same forms. */
export const others = {
  anthropic: "sk-ant-unit-other-8b3e",
  openai: "sk-unit-fedcba9876543210fedcba9876543210fedcba98",
} as const;
