import { shown } from "../configError";
import type { PlatformArgs } from "../contracts/platform";
import { limits } from "../limits";
import type { GcpSettings } from "./settings";
import { loginsOf, slug } from "./trust";

type Args = PlatformArgs<GcpSettings>;

/** Ways of workloads and of the pipeline to their service accounts. */
export function* credentials({ settings, ci }: Args): Generator<string> {
  for (const consumer of ["app", "ci"] as const) {
    const access = settings.access[consumer];
    if (!access) continue;
    const at = `gcp.access.${consumer}`;
    if (loginsOf(access).length === 0) {
      yield `${at}: has no way in; allowed: gke, cloudRun, aws, azure, oidc; fix: add at least one of them`;
    }
    if (access.oidc && !ci) {
      yield `${at}.oidc: needs to know whose tokens to trust; fix: add the ci section`;
    }
    yield* each(`${at}.oidc.subjects`, access.oidc?.subjects ?? []);
    yield* once(`${at}.aws.roles`, access.aws?.roles ?? []);
    yield* once(`${at}.azure.objectIds`, access.azure?.objectIds ?? []);
  }
  yield* shared({ settings });
  yield* pipeline({ settings, ci });
}

/** One subject, two accounts: who is the scan's would be the application too. */
function* shared({ settings }: Pick<Args, "settings">): Generator<string> {
  const { app, ci } = settings.access;
  for (const subject of app.oidc?.subjects ?? []) {
    if (ci?.oidc?.subjects.includes(subject) !== true) continue;
    yield `gcp.access: got ${subject} for app and for ci; each would read the other's keys; fix: give each its own, such as one environment each`;
  }
}

function* pipeline({ settings, ci }: Pick<Args, "settings" | "ci">): Generator<string> {
  const one = settings.pipeline;
  if (one === undefined) return;
  if (!ci) {
    yield "gcp.pipeline: needs to know whose tokens to trust; fix: add the ci section";
    return;
  }
  for (const subject of one.apply.subjects.filter((each) => one.preview.subjects.includes(each))) {
    yield `gcp.pipeline: got ${subject} for preview and for apply; who previews would apply; fix: give each its own, such as one environment each`;
  }
  yield* each("gcp.pipeline.preview.subjects", one.preview.subjects);
  yield* each("gcp.pipeline.apply.subjects", one.apply.subjects);
}

/** What a subject may be, each with a binding of its own. */
function* each(setting: string, subjects: readonly string[]): Generator<string> {
  for (const subject of subjects) {
    const size = Buffer.byteLength(subject);
    if (size > limits.gcpSubjectSize) {
      yield `${setting}: got ${shown(subject)} of ${String(size)} bytes; Google takes ${String(limits.gcpSubjectSize)}; fix: shorten what it is a subject of, such as the environment's name`;
    }
  }
  yield* once(setting, subjects);
}

/** Names of resources do not tell other characters apart. */
function* once(setting: string, values: readonly string[]): Generator<string> {
  const ids = values.map(slug);
  for (const value of values.filter((_, at) => ids.indexOf(ids[at] ?? "") !== at)) {
    yield `${setting}: got ${shown(value)}, whose binding would have another's name; fix: name it once, or rename one of them`;
  }
}
