/** Templates, and what dotenv-vault encrypts. */
const harmless = /\.(?:vault|example|sample|template|dist)$/i;

/** Whether a file is made to hold values, or what opens them, by its name: `.env`, `.env.keys`, `.env.production`. */
export const isEnvFile = (name: string): boolean =>
  /^\.env(?:\.[\w.-]+)?$/i.test(name) && !harmless.test(name);
