import { findEngine } from "../../sandbox/engine/find";
import { findServer } from "../../sandbox/openbao/find";

/** Fetches or builds what the tests run, once and before any of them, so that no two do it at the same time. */
export default async function globalSetup(): Promise<void> {
  const log = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  await findEngine({ log });
  await findServer({ log });
}
