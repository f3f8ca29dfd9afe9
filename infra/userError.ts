import { RunError } from "@pulumi/pulumi/errors";

/**
 * Something that a user can put right: shown by its message alone. The engine's runner shows any other error with its
 * stack, and takes seconds and gigabytes to map that stack to TypeScript.
 */
export class UserError extends RunError {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
    // The runner asks for the stack of every error, shown or not.
    this.stack = `${this.name}: ${message}`;
  }
}
