import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { GoPrograms } from "../../../../sandbox/goBuild";

export type ToolSetName = "apiserver" | "helm" | "compose" | "tofu" | "actionlint" | "promtool";

/** Folder with the go.mod and go.sum that pin every module of the set. */
export const sourceOf = (name: ToolSetName): string => join(__dirname, "source", name);

/** The version that a set's go.mod requires of a module: the only place where it is written down. */
export function pinned(name: ToolSetName, module: string): string {
  const text = readFileSync(join(sourceOf(name), "go.mod"), "utf8");
  const line = text
    .split("\n")
    .find((one) => one.split(/\s+/).includes(module) && / v\d/.test(one));
  const version = line && / v(\d\S*)/.exec(line)?.[1];
  if (!version) throw new Error(`source/${name}/go.mod does not require ${module}`);
  return version;
}

const apiserver = pinned("apiserver", "k8s.io/kubernetes");
const helm = pinned("helm", "helm.sh/helm/v3");
const compose = pinned("compose", "github.com/docker/compose/v5");
const actionlint = pinned("actionlint", "github.com/rhysd/actionlint");
// As a Go module, 3.16.0 is 0.316.0: https://github.com/prometheus/prometheus#using-prometheus-as-a-go-library
const prometheus = pinned("promtool", "github.com/prometheus/prometheus").replace(
  /^0\.(\d)(\d\d)/,
  (_, major: string, minor: string) => `${major}.${String(Number(minor))}`,
);
const tofu = pinned("tofu", "github.com/opentofu/opentofu");
const [, libraryMinor = ""] = pinned("helm", "k8s.io/client-go").split(".");

export const toolSets: Readonly<Record<ToolSetName, GoPrograms>> = {
  // All three are under Apache-2.0. etcd in the version that this Kubernetes is made with: https://etcd.io/docs/latest/op-guide/versioning/
  apiserver: {
    title: `kube-apiserver ${apiserver} with its etcd and kubectl`,
    minutes: 6,
    programs: {
      etcd: "go.etcd.io/etcd/server/v3",
      "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
      kubectl: "k8s.io/kubernetes/cmd/kubectl",
    },
    // https://github.com/kubernetes/kubernetes/blob/master/hack/lib/version.sh
    stamps: {
      "k8s.io/component-base/version.gitVersion": `v${apiserver}`,
      "k8s.io/component-base/version.gitMajor": apiserver.split(".")[0] ?? "",
      "k8s.io/component-base/version.gitMinor": apiserver.split(".")[1] ?? "",
    },
  },
  // Under Apache-2.0.
  helm: {
    title: `Helm ${helm}`,
    minutes: 3,
    programs: { helm: "helm.sh/helm/v3/cmd/helm" },
    // The version of Kubernetes that charts are rendered for unless told otherwise:
    // https://github.com/helm/helm/blob/main/Makefile
    stamps: {
      "helm.sh/helm/v3/internal/version.version": `v${helm}`,
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": "1",
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": libraryMinor,
      "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor": "1",
      "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor": libraryMinor,
    },
  },
  // Docker Compose itself, which needs neither docker nor its daemon for `config`. Under Apache-2.0.
  compose: {
    title: `Docker Compose ${compose}`,
    minutes: 2,
    programs: { "docker-compose": "github.com/docker/compose/v5/cmd" },
    stamps: { "github.com/docker/compose/v5/internal.Version": `v${compose}` },
  },
  // Under MPL-2.0. Its registry of providers is not among the Go modules: what can be checked is what needs none.
  tofu: {
    title: `OpenTofu ${tofu}`,
    minutes: 5,
    programs: { tofu: "github.com/opentofu/opentofu/cmd/tofu" },
    stamps: { "github.com/opentofu/opentofu/version.dev": "no" },
  },
  // Under MIT.
  actionlint: {
    title: `actionlint ${actionlint}`,
    minutes: 1,
    programs: { actionlint: "github.com/rhysd/actionlint/cmd/actionlint" },
    stamps: { "github.com/rhysd/actionlint.version": actionlint },
  },
  // Under Apache-2.0.
  promtool: {
    title: `promtool ${prometheus}`,
    minutes: 3,
    programs: { promtool: "github.com/prometheus/prometheus/cmd/promtool" },
    stamps: { "github.com/prometheus/common/version.Version": prometheus },
    // Without the clients of clouds by which Prometheus finds what to scrape; that drops no PromQL:
    // https://github.com/prometheus/prometheus#service-discovery-plugins
    tags: "remove_all_sd",
  },
};
