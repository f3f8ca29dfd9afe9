import { z } from "zod";
import { limits } from "./limits";

/** A name that grants are made for: no wildcard gets in by a setting. */
export const exact = (what: string) => z.string().regex(/^[^*?${}\s]+$/, `${what}; no wildcard`);

/** Without quotes it is a time to the engine's YAML reader, which writes it in Go's way. https://pkg.go.dev/time#Time.String */
export const instant = z.preprocess(
  (value) =>
    typeof value === "string"
      ? value.replace(/^(\S+) (\d\d:\d\d:\d\d)(\.\d+)? \+0000 UTC$/, "$1T$2Z")
      : value,
  z.iso.datetime({ error: "a time in UTC, such as 2026-12-01T12:00:00Z" }),
);

/** Whose Pods they are. */
export const podFields = {
  namespace: z
    .string()
    .regex(/^[a-z0-9-]+$/, "a namespace; no wildcard")
    .describe("Namespace of the Pods."),
  serviceAccount: z
    .string()
    .regex(/^[a-z0-9.-]+$/, "a service account; no wildcard")
    .describe("Service account of the Pods."),
};

/** Subjects of tokens, each exactly. */
export const subjects = z
  .array(exact("a token's sub"))
  .min(1)
  .describe("The `sub` of the pipeline's tokens, in each form that its issuer sends.");

const count = (usual: number) => z.int().min(1).max(limits.alertCount).default(usual);

/** From how much on somebody is told. */
export const alertCounts = {
  readsPerFiveMinutes: count(limits.readSpike).describe(
    "Reads of the secrets in five minutes from which on it is a spike.",
  ),
  deniedPerFiveMinutes: count(limits.deniedBurst).describe(
    "Refused calls in five minutes from which on it is a burst.",
  ),
};

/** A name of yours, which names resources. */
export const shortName = z.string().regex(/^[a-z0-9-]+$/, "a short name: a-z, 0-9 and -");

/** Who hears of alerts, where that is by mail. */
export const subscribers = z
  .record(
    shortName,
    z.strictObject({
      email: z.email({ error: "an e-mail address" }).describe("Where alerts are sent."),
    }),
  )
  .default({})
  .describe(
    "Who hears of alerts, by a name of yours. Addresses with a key in them, such as a pager's, are added by hand: they would stand in state.",
  );

/** An id of a directory of Microsoft, and of what is in it. */
export const guid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "a GUID, in lower case");
