import { z } from "zod";

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export const label = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    "a DNS label: a-z, 0-9 and -, at most 63, a letter or digit at both ends",
  );

/** Secrets and service accounts. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export const objectName = z
  .string()
  .max(200, "at most 200 characters")
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "a name of an object: a-z, 0-9, - and ., a letter or digit at both ends",
  );

/**
 * A name that tokens or certificates carry. Those that begin with `system:` are Kubernetes' own: `system:authenticated`
 * is everybody. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
 */
export const subjectName = z
  .string()
  .regex(/^(?!system:)[^\s*]{1,200}$/, "one name, without * and not of system: itself");

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const labelKey = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[a-zA-Z0-9]([-\w.]{0,61}[a-zA-Z0-9])?$/,
    "a label's name, such as app.kubernetes.io/name",
  );
export const labelValue = z
  .string()
  .regex(/^([a-zA-Z0-9]([-\w.]{0,61}[a-zA-Z0-9])?)?$/, "a label's value, at most 63 characters");

/** Addresses that Pods reach, each range exactly. */
export const cidr = z.union([z.cidrv4(), z.cidrv6()], {
  error: "an address range, such as 10.0.0.0/16",
});
