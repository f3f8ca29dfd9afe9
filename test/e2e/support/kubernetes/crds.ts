import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Manifest } from "./client";
import { findModuleFiles, type ModuleFiles } from "../goTools/moduleFiles";

/** The operators whose custom resources our manifests are. All are under Apache-2.0. */
export const operators = {
  /** https://external-secrets.io/latest/api/spec/ */
  "external-secrets": {
    module: "github.com/external-secrets/external-secrets",
    version: "1.3.2",
    sum: "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=",
    folder: "config/crds/bases",
    resources: ["externalsecrets", "secretstores", "clustersecretstores"],
  },
  /** https://secrets-store-csi-driver.sigs.k8s.io/concepts. Newer versions are not in the checksum database. */
  "secrets-store": {
    module: "sigs.k8s.io/secrets-store-csi-driver",
    version: "1.4.8",
    sum: "h1:YmL0lx9HMYqeZCnLyOZRMuGAZXmP/e42UGCCAnMKjgE=",
    folder: "config/crd/bases",
    resources: ["secretproviderclasses"],
  },
  /** https://prometheus-operator.dev/docs/api-reference/api/ */
  "prometheus-operator": {
    module: "github.com/prometheus-operator/prometheus-operator",
    version: "0.85.0",
    sum: "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
    folder: "example/prometheus-operator-crd",
    resources: ["prometheusrules", "servicemonitors"],
  },
} as const satisfies Readonly<
  Record<string, ModuleFiles & { readonly resources: readonly string[] }>
>;

/** Stakater's Reloader is not among them: it has annotations, and no custom resource. */
export type Operator = keyof typeof operators;

/** CustomResourceDefinitions as the operator ships them, or why they cannot be had. */
export type FoundDefinitions =
  { readonly definitions: readonly Manifest[] } | { readonly missing: string };

/**
 * The definitions of an operator's resources.
 * @param resources in the plural, as their files are named. @default the operator's that are used here, because
 *   reading all of them takes seconds
 */
export function findDefinitions(
  operator: Operator,
  resources: readonly string[] | "all" = operators[operator].resources,
): FoundDefinitions {
  const found = findModuleFiles(operators[operator]);
  if ("missing" in found) return found;
  const files = readdirSync(found.folder).filter((name) => {
    const [, resource] = /_([a-z]+)\.yaml$/.exec(name) ?? [];
    return resource !== undefined && (resources === "all" || resources.includes(resource));
  });
  const definitions = files.map(
    (name) => parse(readFileSync(join(found.folder, name), "utf8")) as Manifest,
  );
  return { definitions };
}
