import type { Scenario } from "./promtool";

/** What a scenario's rules fire: for which of the stack's names, or that they do. */
export interface Sampled extends Omit<Scenario, "at"> {
  readonly at: readonly (readonly [minute: number, firing: readonly string[]])[];
}

const own = "prompt-sentinel";
const app = "promptsentinel-prod-app";
const ci = "promptsentinel-prod-ci";

/** A value each minute, counted from 0; nothing where it was not scraped. */
export const values = (last: number, of: (minute: number) => number | undefined): string =>
  Array.from({ length: last + 1 }, (_, minute) => String(of(minute) ?? "_")).join(" ");

const every =
  (minutes: number, from = 0) =>
  (minute: number) =>
    minute < from ? 0 : Math.floor((minute - from) / minutes) + 1;
const always = (value: number) => values(110, () => value);
/** Counted each so many minutes, from the first of them on. */
const counting = (minutes: number): string => values(110, (now) => Math.floor(now / minutes));

interface Target {
  readonly name?: string;
  readonly namespace?: string;
  /** Where the controller is, whose label Prometheus keeps instead of the metric's; undefined where it does not. */
  readonly controller?: string | undefined;
  readonly pod?: string;
}

/**
 * The series of a metric of External Secrets as they are stored. Its labels: name and namespace, and of a condition also
 * condition and status. https://github.com/external-secrets/external-secrets/blob/v1.3.2/pkg/controllers/metrics/labels.go
 */
const series = (metric: string, target: Target = {}, more = ""): string => {
  const { name = app, namespace = own, pod = "external-secrets-6f5" } = target;
  const controller = "controller" in target ? target.controller : "external-secrets";
  const from =
    controller === undefined
      ? `namespace="${namespace}"`
      : `namespace="${controller}",exported_namespace="${namespace}"`;
  return `externalsecret_${metric}{job="external-secrets-metrics",pod="${pod}",${from},name="${name}"${more}}`;
};

/** What is about others, however Prometheus keeps its namespace. */
const others: Readonly<Record<string, readonly Target[]>> = {
  "another namespace": ["other", `${own}-2`, `2-${own}`].flatMap((namespace) => [
    { namespace },
    { namespace, controller: undefined },
    // A controller of the stack's own namespace that also sees to others.
    { namespace, controller: own },
  ]),
  "another name": [`${app}-2`, `2-${app}`, "promptsentinel-dev-app"].flatMap((name) => [
    { name },
    { name, controller: undefined },
  ]),
};
const honored = { controller: undefined };
const kept = (target: Target): string =>
  "controller" in target ? "labels honored" : "labels renamed";

/** https://github.com/external-secrets/external-secrets/blob/v1.3.2/pkg/controllers/externalsecret/esmetrics/esmetrics.go */
const condition = (target: Target, status = "False", type = "Ready"): string =>
  series("status_condition", target, `,condition="${type}",status="${status}"`);
const errors = (target: Target = {}): string => series("sync_calls_error", target);
const calls = (target: Target = {}): string => series("sync_calls_total", target);

const never = (minutes: readonly number[]) => minutes.map((one) => [one, []] as const);
const all = (some: readonly Target[], of: (one: Target) => string, text: string) =>
  Object.fromEntries(some.map((one) => [of(one), text]));

const failing: readonly Sampled[] = [
  {
    title: "not ready for ten minutes",
    series: { [condition({})]: always(1), [condition({}, "True")]: always(0) },
    at: [
      [9, []],
      [10, [app]],
      [110, [app]],
    ],
  },
  {
    title: "not ready, and its labels are honored",
    series: { [condition({ ...honored, name: ci })]: always(1) },
    at: [
      [9, []],
      [10, [ci]],
    ],
  },
  {
    title: "both are not ready",
    series: { [condition({ name: ci })]: always(1), [condition(honored)]: always(1) },
    at: [[10, [app, ci]]],
  },
  {
    title: "a Pod that is about to end still says ready",
    series: { [condition({})]: always(1), [condition({ pod: "old" })]: always(0) },
    at: [[10, [app]]],
  },
  {
    title: "ready",
    series: { [condition({})]: always(0), [condition({}, "True")]: always(1) },
    at: never([10, 30]),
  },
  ...(["Unknown", "False-other", "True"] as const).map((status): Sampled => ({
    title: `ready is ${status}`,
    series: { [condition({}, status)]: always(1), [condition(honored, status)]: always(1) },
    at: never([10, 30]),
  })),
  ...(["Deleted", "Ready-other", "NotReady"] as const).map((type): Sampled => ({
    title: `another condition: ${type}`,
    series: {
      [condition({}, "False", type)]: always(1),
      [condition(honored, "False", type)]: always(1),
    },
    at: never([10, 30]),
  })),
  ...["NotFalse", "False2"].map((status): Sampled => ({
    title: `another status: ${status}`,
    series: { [condition({}, status)]: always(1), [condition(honored, status)]: always(1) },
    at: never([10, 30]),
  })),
  {
    title: "another condition: Ready2",
    series: {
      [condition({}, "False", "Ready2")]: always(1),
      [condition(honored, "False", "Ready2")]: always(1),
    },
    at: never([10, 30]),
  },
  {
    title: "ready again after nine minutes",
    series: { [condition({})]: values(40, (now) => (now === 10 ? 0 : 1)) },
    at: [...never([9, 10, 20]), [21, [app]]],
  },
  { title: "nobody measures", series: {}, at: never([10, 30]) },
  {
    title: "the controller is gone after nine minutes",
    series: { [condition({})]: "1x9 stale" },
    at: never([9, 10, 30]),
  },
  ...Object.entries(others).map(([title, some]): Sampled => ({
    title,
    series: all(some, condition, always(1)),
    at: never([10, 30]),
  })),
];

const erring: readonly Sampled[] = [
  ...[{}, honored].flatMap((target): readonly Sampled[] => [
    {
      title: `each retry fails, the longest time apart: ${kept(target)}`,
      series: { [errors(target)]: counting(7), [errors({ ...target, name: ci })]: counting(7) },
      at: [
        [26, []],
        [27, [app, ci]],
        [110, [app, ci]],
      ],
    },
    {
      title: `the slowest that is known of, a retry each fourteen minutes: ${kept(target)}`,
      series: { [errors(target)]: counting(14) },
      at: [
        [33, []],
        [34, [app]],
        [110, [app]],
      ],
    },
    {
      title: `failures within five minutes, and never again: ${kept(target)}`,
      series: { [errors(target)]: values(60, (now) => Math.min(Math.max(now - 4, 0), 6)) },
      at: never([10, 24, 25, 40, 60]),
    },
    {
      title: `failures in turns with success, each in a controller that began anew: ${kept(target)}`,
      series: {
        [errors(target)]: values(60, (now) => (now < 20 ? 100 : Math.floor((now - 20) / 7) + 1)),
      },
      at: [
        [39, []],
        [40, [app]],
        [60, [app]],
      ],
    },
  ]),
  {
    title: "a new Pod fails beside the old one's count",
    series: { [errors()]: counting(7), [errors({ pod: "old" })]: always(8) },
    at: [[27, [app]]],
  },
  {
    title: "one failure, with which the counter appears",
    series: { [errors()]: values(60, (now) => (now < 5 ? undefined : 1)) },
    at: never([5, 25, 60]),
  },
  { title: "none", series: { [errors()]: always(0) }, at: never([0, 20, 30, 60]) },
  { title: "nobody counts", series: {}, at: never([20, 60]) },
  {
    title: "the controller is gone after three failures",
    series: { [errors()]: `${values(5, every(2, 1))} stale` },
    at: never([5, 25, 60]),
  },
  ...Object.entries(others).map(([title, some]): Sampled => ({
    title,
    series: all(some, errors, counting(2)),
    at: never([20, 30, 60]),
  })),
];

/** Of refreshes each ten minutes, and a patience of thirty; however Prometheus keeps the namespace. */
const staleOf: readonly ((target: Target) => Sampled)[] = [
  (target) => ({
    title: `read each ten minutes: ${kept(target)}`,
    series: { [calls(target)]: values(110, every(10)) },
    at: never([15, 30, 45, 60, 90, 110]),
  }),
  (target) => ({
    title: `deployed just now, and read once: ${kept(target)}`,
    series: { [calls(target)]: values(60, (now) => (now < 1 ? undefined : 1)) },
    at: [...never([15, 30, 45]), [46, [app]]],
  }),
  (target) => ({
    title: `read no more: ${kept(target)}`,
    series: { [calls(target)]: values(110, (now) => Math.floor(Math.min(now, 60) / 10)) },
    at: [...never([60, 90, 103]), [104, [app]], [110, [app]]],
  }),
  (target) => ({
    title: `a counter that never counted: ${kept(target)}`,
    series: { [calls(target)]: always(0) },
    at: [
      [14, []],
      [15, [app]],
      [60, [app]],
    ],
  }),
  (target) => ({
    title: `the controller begins anew, and counts on: ${kept(target)}`,
    series: { [calls(target)]: values(110, (now) => (now < 45 ? 50 : 0) + Math.floor(now / 10)) },
    at: never([44, 45, 60, 75, 90, 110]),
  }),
  (target) => ({
    title: `not scraped for twenty-nine minutes while nothing counts: ${kept(target)}`,
    series: { [calls(target)]: values(110, (now) => (now > 30 && now < 60 ? undefined : 1)) },
    at: [
      [44, []],
      [45, [app]],
      [88, [app]],
      [89, [app]],
      [90, [app]],
      [91, [app]],
    ],
  }),
  (target) => ({
    title: `not scraped for thirty minutes, which makes it new: ${kept(target)}`,
    series: { [calls(target)]: values(110, (now) => (now > 30 && now < 61 ? undefined : 1)) },
    at: [
      [89, [app]],
      [90, []],
      [105, []],
      [106, [app]],
    ],
  }),
];
const stale: readonly Sampled[] = [
  ...Object.entries(others).map(([title, some]): Sampled => ({
    title: `only ${title} is read`,
    series: all(some, calls, values(110, every(10))),
    at: [
      [14, []],
      [15, [app]],
      [60, [app]],
      [110, [app]],
    ],
  })),
  // Of both kinds in turns: what is wrong with either shows early.
  ...staleOf.flatMap((of) => [of({}), of(honored)]),
  {
    title: "nobody counts",
    series: {},
    at: [
      [14, []],
      [15, [app]],
      [110, [app]],
    ],
  },
  {
    title: "the controller is gone",
    series: { [calls()]: `${values(60, every(10))} stale` },
    at: [...never([60, 90, 103]), [104, [app]]],
  },
  {
    title: "another Pod of the controller takes over",
    series: {
      [calls()]: `${values(60, every(10))} stale`,
      [calls({ pod: "new" })]: values(110, (now) =>
        now < 80 ? undefined : Math.floor((now - 80) / 10) + 1,
      ),
    },
    at: never([60, 80, 104, 110]),
  },
];

/** Of each API server: https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/audit/metrics.go */
const auditErrors = (instance = "10.0.0.1:6443"): string =>
  `apiserver_audit_error_total{job="apiserver",instance="${instance}",plugin="log"}`;
const auditEvents = (instance = "10.0.0.1:6443"): string =>
  `apiserver_audit_event_total{job="apiserver",instance="${instance}"}`;
const told = ["audit"];

const unwritten: readonly Sampled[] = [
  {
    title: "errors, with which the counter appears",
    series: { [auditErrors()]: values(60, (now) => (now < 20 ? undefined : 3)) },
    at: [
      [19, []],
      [20, told],
      [34, told],
      [35, []],
    ],
  },
  {
    title: "one event, with which the counter appears",
    series: { [auditErrors()]: values(60, (now) => (now < 20 ? undefined : 1)) },
    at: [
      [19, []],
      [20, told],
    ],
  },
  {
    title: "one event more",
    series: { [auditErrors()]: values(60, (now) => (now < 30 ? 5 : 6)) },
    at: [
      [15, []],
      [29, []],
      [30, told],
      [43, told],
      [44, []],
    ],
  },
  {
    title: "of one of two servers",
    series: {
      [auditErrors()]: values(60, (now) => (now < 30 ? 5 : 9)),
      [auditErrors("10.0.0.2:6443")]: always(7),
    },
    at: [
      [29, []],
      [30, told],
    ],
  },
  {
    title: "after the server began anew",
    series: { [auditErrors()]: values(60, (now) => (now < 30 ? 5 : 2)) },
    at: [
      [29, []],
      [30, told],
    ],
  },
  { title: "old errors alone", series: { [auditErrors()]: always(5) }, at: never([15, 60]) },
  {
    title: "old errors, not scraped for fourteen minutes",
    series: { [auditErrors()]: values(90, (now) => (now > 20 && now < 35 ? undefined : 5)) },
    at: never([35, 48, 49, 50, 51]),
  },
  {
    title: "old errors, not scraped for fifteen minutes, which makes them new",
    series: { [auditErrors()]: values(90, (now) => (now > 20 && now < 36 ? undefined : 5)) },
    at: [
      [49, []],
      [50, told],
      [51, []],
    ],
  },
  { title: "none", series: { [auditErrors()]: always(0) }, at: never([0, 15, 60]) },
  { title: "nobody counts", series: {}, at: never([0, 15, 60]) },
  {
    title: "the server is gone",
    series: { [auditErrors()]: `${values(20, () => 5)} stale` },
    at: never([15, 20, 21, 60]),
  },
  {
    title: "events, and no errors",
    series: { [auditEvents()]: counting(1) },
    at: never([0, 15, 60]),
  },
];

const silent: readonly Sampled[] = [
  {
    title: "nobody counts",
    series: {},
    at: [
      [14, []],
      [15, told],
      [110, told],
    ],
  },
  {
    title: "a server without an audit policy",
    series: { [auditEvents()]: always(0) },
    at: [
      [14, []],
      [15, told],
      [110, told],
    ],
  },
  {
    title: "each refresh is audited",
    series: { [auditEvents()]: counting(10) },
    at: never([15, 30, 60, 110]),
  },
  {
    title: "one of two servers is asked",
    series: {
      [auditEvents()]: values(110, every(10)),
      [auditEvents("10.0.0.2:6443")]: always(0),
    },
    at: never([15, 30, 60, 110]),
  },
  {
    title: "the first server, just now",
    series: { [auditEvents()]: values(60, (now) => (now < 1 ? undefined : 1)) },
    at: [...never([15, 30, 45]), [46, told]],
  },
  {
    title: "the policy is taken away, for which the server begins anew",
    series: { [auditEvents()]: values(110, (now) => (now <= 60 ? Math.floor(now / 10) : 0)) },
    at: [...never([80, 90, 103]), [104, told]],
  },
  {
    title: "not scraped for twenty-nine minutes while nothing is audited",
    series: { [auditEvents()]: values(110, (now) => (now > 30 && now < 60 ? undefined : 1)) },
    at: [
      [45, told],
      [89, told],
      [90, told],
      [91, told],
    ],
  },
  {
    title: "not scraped for thirty minutes, which makes it new",
    series: { [auditEvents()]: values(110, (now) => (now > 30 && now < 61 ? undefined : 1)) },
    at: [
      [89, told],
      [90, []],
      [105, []],
      [106, told],
    ],
  },
  {
    title: "the server is gone",
    series: { [auditEvents()]: `${values(60, (now) => Math.floor(now / 10))} stale` },
    at: [...never([60, 103]), [104, told]],
  },
  {
    title: "errors alone",
    series: { [auditErrors()]: values(110, every(1)) },
    at: [
      [14, []],
      [15, told],
      [60, told],
    ],
  },
];

/** Scenarios by a rule's alert and what tells it from the alert's others. */
export const scenarios: Readonly<Record<string, readonly Sampled[]>> = {
  "rotation-failed condition": failing,
  "rotation-failed errors": erring,
  [`stale-key ${app}`]: stale,
  [`stale-key ${ci}`]: stale.map((one) => ofCi(one)),
  "audit-switched-off errors": unwritten,
  "audit-switched-off silence": silent,
};

/** The same about the jobs. */
function ofCi({ title, series: some, at }: Sampled): Sampled {
  const renamed = (text: string): string => text.replaceAll(app, ci);
  return {
    title,
    series: Object.fromEntries(Object.entries(some).map(([one, text]) => [renamed(one), text])),
    at: at.map(([minute, firing]) => [minute, firing.map(renamed)] as const),
  };
}
