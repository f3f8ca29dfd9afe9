import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** The part of it that is used: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Event */
export interface AuditEvent {
  readonly level: "Metadata" | "Request" | "RequestResponse";
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The events of an audit log, one to a line. A line that is being written is left for the next time. */
export async function readAudit(file: string): Promise<readonly AuditEvent[]> {
  const lines = (await readFile(file, "utf8")).split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as AuditEvent);
}

/**
 * The events of that kind, as soon as there is one.
 * @throws when there is none for 5 s
 */
export async function waitForAudit(
  file: string,
  is: (event: AuditEvent) => boolean,
): Promise<readonly AuditEvent[]> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const events = (await readAudit(file)).filter(is);
    if (events.length > 0) return events;
    if (Date.now() > deadline) throw new Error("kubernetes: no such event was audited");
    await sleep(50);
  }
}
