import { record } from "../support";

/** The Pod Security Standard that a namespace refuses other Pods by; undefined where it says none. */
export const podSecurity = (props: Readonly<Record<string, unknown>>): unknown =>
  record(record(props["metadata"])["labels"])["pod-security.kubernetes.io/enforce"];
