import type { Wiring } from "../../infra/wiring/document";
import type { VaultClient } from "../../stores/vault/client";

/** A call that the application's identity must not be able to make. */
export interface Refusal {
  readonly call: string;
  readonly status: number;
}

/**
 * Tries what the application must not do, and fails when any of it is allowed. A look at a few telling calls; the
 * whole matrix is in test/e2e/access.test.ts.
 */
export async function refusals(app: VaultClient, wiring: Wiring): Promise<readonly Refusal[]> {
  const references = Object.values(wiring.platforms["vault"]?.references ?? {});
  const dataPath = (key: string): readonly string[] =>
    references
      .filter((reference) => reference.key === key)
      .map(({ locator }) => `${locator["mount"] ?? ""}/data/${locator["path"] ?? ""}`);
  const own = dataPath("anthropic")[0] ?? "";
  const calls = [
    ...dataPath("snyk").map((path) => ["GET", path] as const),
    ["POST", own],
    ["PATCH", own],
    ["DELETE", own],
    ["GET", own.replace("/data/", "/metadata/")],
    ["LIST", `${own.split("/data/")[0] ?? ""}/metadata`],
    ["GET", "sys/mounts"],
    ["GET", "sys/policies/acl/root"],
    ["POST", "auth/token/create"],
  ] as const;
  const found: Refusal[] = [];
  for (const [method, path] of calls) {
    const body = method === "POST" || method === "PATCH" ? {} : undefined;
    const contentType = method === "PATCH" ? { contentType: "application/merge-patch+json" } : {};
    const { status } = await app.call(method, path, body, contentType);
    const call = `${method} ${path}`;
    if (status !== 403) {
      throw new Error(
        `${call}: the app's identity got ${String(status)} where it must be refused (403)`,
      );
    }
    found.push({ call, status });
  }
  return found;
}
