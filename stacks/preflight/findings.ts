import type { Finding } from "../../infra/contracts/platform";

/** What stops an up. */
export const error = (message: string): Finding => ({ severity: "error", message });

/** What an up goes on with. */
export const warning = (message: string): Finding => ({ severity: "warning", message });

/** Whether any of them stops an up. */
export const failed = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === "error");
