import { VaultClient, type VaultConnection } from "../../../stores/vault/client";
import type { StandIn, Values } from "../model";
import { serve, type RunningStandIn } from "../server";
import { Api, type Observer } from "./api";
import { kinds } from "./kinds";

/** The version of @pulumi/vault whose plugin this stands in for. */
import { version } from "@pulumi/vault/package.json";

export interface VaultStandInOptions {
  /** The real plugin takes it from VAULT_TOKEN. */
  readonly token: string;
  /** Told of each write. */
  readonly observe?: Observer | undefined;
}

/**
 * A stand-in for the Vault provider, for machines that cannot get its plugin. It makes the calls that the provider's
 * documentation and source (https://github.com/hashicorp/terraform-provider-vault) describe, to the real server that
 * the provider's settings name, and knows the resource types of this project alone.
 */
export function serveVaultStandIn(options: VaultStandInOptions): Promise<RunningStandIn> {
  let api: Api | undefined;
  const current = (): Api => {
    if (api) return api;
    throw new Error("the vault stand-in was not configured with an address");
  };
  const standIn: StandIn = {
    packageName: "vault",
    version,
    configure(settings) {
      api = new Api(
        new VaultClient({ ...connection(settings), token: options.token }),
        options.observe,
      );
    },
    notice: `this is a small stand-in for the vault provider ${version}, not the real plugin: it knows only the resource types of this project`,
    model(type) {
      const kind = kinds[type];
      if (kind) return kind(current);
      throw new Error(
        `the stand-in for the vault provider does not know ${type}; it knows: ${Object.keys(kinds).join(", ")}; fix: install the real plugin`,
      );
    },
  };
  return serve(standIn);
}

const connection = (settings: Values): VaultConnection => ({
  address: text(settings["address"]) ?? "",
  namespace: text(settings["namespace"]),
  caCertFile: text(settings["caCertFile"]),
  skipVerify: text(settings["skipTlsVerify"]) === "true",
});

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
