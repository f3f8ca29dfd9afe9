import { BlockList, isIP } from "node:net";
import { isSet, isUnknown, record } from "../support";

/**
 * Where clouds tell a node who it is, so whoever reaches it there can be the node.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 * https://cloud.google.com/compute/docs/metadata/querying-metadata
 */
const metadata = ["169.254.169.254", "fd00:ec2::254", "fd20:ce::254"];
const metadataPort = 80;

/** What is wrong with what a NetworkPolicy lets out. Others may let out more beside it. */
export function* egressProblems(spec: unknown): Generator<string> {
  const { egress = [] } = record(spec);
  const known = !isUnknown(spec) && Array.isArray(egress);
  if (!known || (egress as readonly unknown[]).some(hasUnknown)) {
    yield "spec.egress cannot be read: something of it is not known before the run; fix: compute it from the settings, so that a preview shows it";
    return;
  }
  for (const one of egress as readonly unknown[]) {
    const { to, ports } = record(one);
    const blocks = isSet(to) ? blocksOf(to) : [{ cidr: "0.0.0.0/0" }, { cidr: "::/0" }];
    const wide = blocks.find(({ cidr }) => /\/0+$/.test(String(cidr)));
    if (wide !== undefined && !isSet(ports)) {
      yield `spec.egress: lets out to ${String(wide.cidr)} on every port, which is everything; fix: name addresses, or ports`;
    }
    const reached = metadata.find((address) => blocks.some((block) => holds(block, address)));
    if (reached !== undefined && isOpen(ports)) {
      yield `spec.egress: lets out to ${reached}, which tells who the node is; fix: except it, or name ports without ${String(metadataPort)}`;
    }
  }
}

const hasUnknown = (value: unknown): boolean =>
  isUnknown(value) ||
  (typeof value === "object" && value !== null && Object.values(value).some(hasUnknown));

interface Block {
  readonly cidr?: unknown;
  readonly except?: unknown;
}

/** Peers that are addresses: Pods and namespaces are no cloud's. */
const blocksOf = (peers: unknown): readonly Block[] =>
  [peers].flat().flatMap((peer) => {
    const { ipBlock } = record(peer);
    return ipBlock === undefined ? [] : [record(ipBlock)];
  });

const holds = ({ cidr, except }: Block, address: string): boolean =>
  contains(cidr, address) && ![except ?? []].flat().some((one) => contains(one, address));

function contains(cidr: unknown, address: string): boolean {
  const [network = "", bits = ""] = String(cidr).split("/");
  const family = isIP(network);
  if (family === 0 || family !== isIP(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return list.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ */
const isOpen = (ports: unknown): boolean =>
  !isSet(ports) ||
  [ports].flat().some((one) => {
    const { protocol = "TCP", port, endPort = port } = record(one);
    if (protocol !== "TCP") return false;
    return port === undefined || (Number(port) <= metadataPort && metadataPort <= Number(endPort));
  });
