import type * as pulumi from "@pulumi/pulumi";
import { Audit } from "@pulumi/vault/audit";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/auditTrail";
import type { OperatorTask } from "../contracts/capability";
import type { AuditDevice, AuditSettings } from "./settings";

export interface AuditTrailArgs extends ComponentArgs {
  readonly settings: AuditSettings;
}

/**
 * Two or more audit devices. Vault takes them over its API. OpenBao refuses that since CVE-2025-54997 and reads them
 * from its own configuration (https://openbao.org/docs/configuration/audit/): there the stanza is handed to the
 * server's administrator, and the pre-flight checks that the server runs it.
 */
export class AuditTrail extends Component implements contract.AuditTrail {
  public readonly mode: "managed" | "server";
  public readonly sinks: readonly string[];
  public readonly tasks: readonly OperatorTask[];

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vault", "AuditTrail", name, { ...args }, opts);
    const { server, audit } = args.settings;
    this.mode = server === "vault" ? "managed" : "server";
    this.sinks = Object.keys(audit.devices);
    this.tasks = this.mode === "server" ? [serverTask(audit.devices)] : [];
    if (this.mode === "managed") {
      for (const [device, settings] of Object.entries(audit.devices)) {
        new Audit(
          this.childName(device),
          { path: device, type: settings.type, options: deviceOptions(settings) },
          // A device that goes takes the trail with it; that is an administrator's act, never a side effect.
          this.childOptions({ retainOnDelete: true }),
        );
      }
    }
    this.registerOutputs({ mode: this.mode, sinks: this.sinks });
  }
}

/** Options of a device, as the API and the server's configuration name them. `log_raw` stays off: values are HMACed. */
export const deviceOptions = (device: AuditDevice): Record<string, string> =>
  device.type === "file"
    ? { file_path: device.path, mode: "0600" }
    : { address: device.address, socket_type: device.socketType };

/** The part of an OpenBao server's configuration that declares the devices. */
export const auditStanza = (devices: AuditSettings["audit"]["devices"]): string =>
  Object.entries(devices)
    .map(
      ([name, device]) =>
        `audit "${device.type}" "${name}" {\n  options {\n${Object.entries(deviceOptions(device))
          .map(([option, value]) => `    ${option} = "${value}"\n`)
          .join("")}  }\n}\n`,
    )
    .join("\n");

const serverTask = (devices: AuditSettings["audit"]["devices"]): OperatorTask => ({
  concern: "AuditTrail",
  title: "OpenBao takes audit devices only from its server configuration: add this and reload it",
  text: auditStanza(devices),
});
