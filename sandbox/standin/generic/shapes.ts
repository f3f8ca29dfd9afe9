import { createHash } from "node:crypto";
import type { Values } from "../model";

/** What a made-up value is of. */
export interface Place {
  readonly type: string;
  /** The resource's physical name, else its name in the program. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
}

/** The account of AWS's own examples. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export const exampleAccount = "123456789012";

const digest = (...parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("hex");

const uuid = (hex: string): string =>
  [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");

/** Texts by the names of properties: legal forms, and the same in each run. */
const texts: readonly (readonly [
  property: RegExp,
  make: (place: Place, property: string) => string,
])[] = [
  [/^arn$|Arn$/, (place) => arn(place)],
  [/(email|Email)$/, ({ name }) => `${slug(name)}@example.iam.gserviceaccount.com`],
  [/(url|Url|uri|Uri|endpoint|Endpoint)$/, ({ name }) => `https://${slug(name)}.example.com`],
  [
    /(principalId|clientId|tenantId|objectId|keyId|uniqueId|uid)$/i,
    (place, property) => uuid(digest(place.type, place.name, property)),
  ],
  [
    /(id|Id|Identifier|hash|Hash|fingerprint)$/,
    (place, property) => digest(place.type, place.name, property).slice(0, 20),
  ],
  [/(At|Time|Date)$/, () => "2026-01-01T00:00:00Z"],
  [/^(region|location)$/, ({ region }) => region],
];

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

/** Secrets Manager ends a secret's name in its ARN; IAM's ARNs name no region. */
function arn({ type, name, region, account }: Place): string {
  const [, module = "", kind = ""] = type.split(":");
  const service = module.split("/")[0] ?? "";
  const noun = kind.charAt(0).toLowerCase() + kind.slice(1);
  const where = service === "iam" ? "" : region;
  if (service === "secretsmanager") {
    return `arn:aws:${service}:${where}:${account}:secret:${name}-${digest(name).slice(0, 6)}`;
  }
  const last = service === "kms" && noun === "key" ? uuid(digest(type, name)) : name;
  return `arn:aws:${service}:${where}:${account}:${noun}/${last}`;
}

/** A value for an output, by its TypeScript type and, for a text, its name. */
export function shaped(property: string, type: string, place: Place): unknown {
  if (/\[\]$/.test(type)) return [];
  if (type === "number") return 0;
  if (type === "boolean") return false;
  if (type === "string") {
    const form = texts.find(([name]) => name.test(property));
    return form?.[1](place, property) ?? place.name;
  }
  return {};
}

/** The account and region that a resource is in, as far as its inputs and its provider's settings say. */
export const placeOf = (type: string, name: string, inputs: Values, settings: Values): Place => {
  const text = (value: unknown): string | undefined =>
    typeof value === "string" ? value : undefined;
  const [allowed] = jsonList(settings["allowedAccountIds"]);
  return {
    type,
    name: text(inputs["name"]) ?? name,
    region: text(inputs["region"]) ?? text(settings["region"]) ?? "us-east-1",
    account: allowed ?? exampleAccount,
  };
};

/** A provider's lists arrive as JSON texts. */
function jsonList(value: unknown): readonly string[] {
  try {
    const list: unknown = JSON.parse(String(value));
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}
