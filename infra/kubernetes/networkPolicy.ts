import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { Environment } from "../environment";
import { explainTaken } from "./errorHooks";
import { ownName } from "./layout";
import type { Place } from "./objects";
import type { AccessSettings } from "./settings";

const tcp = (port: number) => ({ protocol: "TCP", port });
const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const block = (cidr: string, ...except: readonly string[]) => ({
  ipBlock: { cidr, ...(except.length > 0 && { except: [...except] }) },
});

/** Where clouds tell a machine who it is; nothing that a Pod of the application has to ask. */
const linkLocal = ["169.254.0.0/16", "fe80::/10"] as const;

/** https://developer.hashicorp.com/vault/docs/configuration/listener/tcp */
const portOf = (address: string): number => {
  const { port, protocol } = new URL(address);
  return port === "" ? (protocol === "http:" ? 80 : 443) : Number(port);
};

/**
 * What the application's Pods may call. Names of the vendors' hosts are no part of a NetworkPolicy, so HTTPS is to
 * anywhere but a machine's own services. The chart's own policy lets Pods into other namespaces alone: together they
 * allow what either does. https://kubernetes.io/docs/concepts/services-networking/network-policies/
 * @param vault Vault's address, where Pods call it themselves
 */
export function egressOf(
  { network }: Pick<AccessSettings, "network">,
  vault: string | undefined,
): readonly object[] {
  const { redisCidrs, vaultCidrs, vaultNamespace } = network;
  const vaults = [
    ...vaultCidrs.map((cidr) => block(cidr)),
    ...(vaultNamespace === undefined ? [] : [inNamespace(vaultNamespace)]),
  ];
  return [
    {
      // Of a node's own cache it is an address of the machine.
      to: [inNamespace("kube-system"), block(linkLocal[0])],
      ports: [{ protocol: "UDP", port: 53 }, tcp(53)],
    },
    { to: [block("0.0.0.0/0", linkLocal[0]), block("::/0", linkLocal[1])], ports: [tcp(443)] },
    {
      to: redisCidrs.length > 0 ? redisCidrs.map((cidr) => block(cidr)) : [{ podSelector: {} }],
      ports: [tcp(6379)],
    },
    ...(vault === undefined ? [] : [{ to: vaults, ports: [tcp(portOf(vault))] }]),
  ];
}

/** The policy of the application's Pods. Who calls them is not its concern. */
export function networkPolicy(
  environment: Environment,
  settings: AccessSettings,
  vault: string | undefined,
  children: Place["children"],
): void {
  const name = ownName(environment, "app");
  const own = children.name("egress");
  new NetworkPolicy(
    own,
    {
      metadata: { name, namespace: settings.namespace.name, labels: { ...environment.tags } },
      spec: {
        podSelector: { matchLabels: { ...settings.network.podLabels } },
        policyTypes: ["Egress"],
        egress: [...egressOf(settings, vault)],
      },
    },
    children.options({
      hooks: {
        onError: [
          explainTaken(own, `the NetworkPolicy ${name}`, "of somebody else: choose another stage"),
        ],
      },
    }),
  );
}
