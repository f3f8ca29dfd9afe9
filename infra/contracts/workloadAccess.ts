import type * as pulumi from "@pulumi/pulumi";
import type { Consumer } from "../environment";

/** How a consumer proves who it is, with what its login needs. No credential. */
export interface Identity {
  readonly consumer: Consumer;
  /** The platform's name of the identity or role. */
  readonly name: string;
  /** Login ways by name, each with its coordinates; one that the platform makes up is known when it is there. */
  readonly logins: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

/**
 * An identity for each consumer that the settings name, with the smallest grant for it: exact names, no wildcard,
 * nothing long-lived.
 */
export interface WorkloadAccess {
  readonly identities: Readonly<Partial<Record<Consumer, Identity>>>;
}
