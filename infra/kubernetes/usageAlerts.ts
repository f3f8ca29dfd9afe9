import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import { alertIds, type AlertId } from "../contracts/usageAlerts";
import type * as contract from "../contracts/usageAlerts";
import { catalogue, rulesOf } from "./alerts/rules";
import { alertsName } from "./layout";
import { custom } from "./objects";
import type { SecretStore } from "./secretStore";
import type { AlertsSettings } from "./settings";

export interface UsageAlertsArgs extends ComponentArgs {
  readonly settings: AlertsSettings;
  readonly store: SecretStore;
}

/**
 * What Prometheus can tell of the catalogue: that keys do not arrive, that nobody brings them, and that the API server
 * audits nothing. Who reads a Secret is in no metric.
 */
export class UsageAlerts extends Component implements contract.UsageAlerts {
  public readonly alerts: Readonly<Record<AlertId, string>>;

  constructor(name: string, args: UsageAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubernetes", "UsageAlerts", name, { ...args }, opts);
    const { environment, settings, store } = args;
    this.after = store.ready;
    const alerts = catalogue(environment, settings);
    const rules = alertIds.flatMap((id) => rulesOf(id, alerts[id], environment));
    const own = alertsName(environment);
    custom(
      "PrometheusRule",
      "rules",
      { name: own, labels: settings.alerts.labels, spec: { groups: [{ name: own, rules }] } },
      { environment, settings, children: this.children() },
    );
    this.alerts = Object.fromEntries(
      alertIds.map((id) => {
        const alert = alerts[id];
        return [id, typeof alert === "string" ? alert : `${own}, alert ${id}`];
      }),
    ) as Record<AlertId, string>;
    this.registerOutputs({ alerts: this.alerts });
  }
}
