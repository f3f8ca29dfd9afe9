/**
 * Selectors of a metric about an object of a namespace. Prometheus has a label `namespace` of its own, which is where
 * the controller runs, and keeps the metric's as `exported_namespace`, unless the ServiceMonitor says `honorLabels`,
 * which that of External Secrets' chart does not by default: there is a selector for each.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
 * https://github.com/external-secrets/external-secrets/blob/v1.3.2/deploy/charts/external-secrets/values.yaml#L280
 */
export const measured = (
  metric: string,
  namespace: string,
  matchers: string,
): readonly [renamed: string, honored: string] => [
  `${metric}{exported_namespace="${namespace}",${matchers}}`,
  `${metric}{namespace="${namespace}",exported_namespace="",${matchers}}`,
];

/**
 * The counters that have counted within a window: what `increase` sees, and those that nobody saw in a window before it.
 * A counter with labels appears with its first count, which is no increase to Prometheus; a window, because one that
 * was not scraped for a moment is not new: https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
 */
export const grown = (selector: string, window: string): string =>
  `(increase(${selector}[${window}]) > 0) or ((${selector} unless last_over_time(${selector}[${window}] offset ${window})) > 0)`;
