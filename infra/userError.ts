/**
 * Something that a user can put right: shown by its message alone. The engine's runner shows any other error with its
 * stack, and takes seconds and gigabytes to map that stack to TypeScript.
 */
export class UserError extends Error {
  /**
   * By which the runner knows a RunError, whichever copy of the SDK it is of: that class itself would bring gRPC to
   * every command, 200 ms of its start. https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/errors.ts
   */
  readonly __pulumiRunError = true;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
    // The runner asks for the stack of every error, shown or not.
    this.stack = `${this.name}: ${message}`;
  }
}
