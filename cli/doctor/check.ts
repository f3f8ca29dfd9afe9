import { isStoreError } from "../../stores/errors";
import type { StoreName } from "../../stores/store";

/** What became of a check. `not visible to you`: whoever may see it has to look. */
export type Status = "ok" | "warning" | "failed" | "not visible to you" | "skipped";

/** What is looked at, in the order in which it is shown. */
export const checkNames = [
  "address",
  "tls",
  "clock",
  "file",
  "backend",
  "credentials",
  "token",
  "policy",
  "key present",
  "name",
  "audit",
  "environment",
  "program",
] as const;
export type CheckName = (typeof checkNames)[number];

/** One check of a store, or of this machine. */
export interface Check {
  readonly of: StoreName | "machine";
  readonly check: CheckName;
  /** The key's variable, where it is about one. */
  readonly key?: string;
  readonly status: Status;
  /** What is so; where something is wrong, its cause. */
  readonly message: string;
  /** What to do, as a command to copy where there is one. */
  readonly fix?: string;
}

interface More {
  readonly key?: string | undefined;
  readonly fix?: string;
}

/** Makes the checks of one store. */
export class Checks {
  constructor(readonly of: Check["of"]) {}

  ok = (check: CheckName, message: string, more: More = {}): Check =>
    this.make("ok", check, message, more);
  warning = (check: CheckName, message: string, fix: string, key?: string): Check =>
    this.make("warning", check, message, { fix, key });
  failed = (check: CheckName, message: string, fix: string, key?: string): Check =>
    this.make("failed", check, message, { fix, key });
  unseen = (check: CheckName, message: string, fix: string, key?: string): Check =>
    this.make("not visible to you", check, message, { fix, key });
  /** Each of these, because of what did not come to pass. */
  skipped = (why: string, ...checks: readonly CheckName[]): readonly Check[] =>
    checks.map((check) => this.make("skipped", check, why, {}));

  /**
   * What a store's refusal means for a check. Its message is the store's own, without a value.
   * @throws whatever is no refusal of a store
   */
  refused = (check: CheckName, error: unknown, key?: string): Check => {
    if (!isStoreError(error)) throw error;
    const status = ["denied", "throttled", "conflict"].includes(error.kind)
      ? "not visible to you"
      : "failed";
    return this.make(status, check, error.what, { fix: error.fix, key });
  };

  private make(status: Status, check: CheckName, message: string, { key, fix }: More): Check {
    return {
      ...{ of: this.of, check, ...(key !== undefined && { key }), status, message },
      ...(fix !== undefined && { fix }),
    };
  }
}

/** Whether any of them failed. */
export const anyFailed = (checks: readonly Check[]): boolean =>
  checks.some(({ status }) => status === "failed");
