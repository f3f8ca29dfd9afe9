import * as pulumi from "@pulumi/pulumi";
import { token, type Concern } from "../tokens";

/** What is taken into the state: where the program registers it, and how its provider names it. */
export interface Imported {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly owner: { readonly concern: Concern; readonly name: string };
}

/**
 * The command that takes what is there into the state as the program registers it: with another parent or provider it
 * would be made anew. Both are in the state once an up has failed. https://www.pulumi.com/docs/iac/cli/commands/pulumi_import/
 */
export function importCommand({ type, name, id, owner }: Imported): string {
  const stack = pulumi.getStack();
  const urn = (of: string, called: string): string =>
    `urn:pulumi:${stack}::${pulumi.getProject()}::${of}::${called}`;
  return [
    `pulumi import -s ${stack} ${type} ${name} ${id}`,
    `--parent parent=${urn(token("gcp", owner.concern), owner.name)}`,
    `--provider gcp=${urn("pulumi:providers:gcp", "gcp")}`,
    "--protect=false --generate-code=false",
  ].join(" ");
}
