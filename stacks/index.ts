import { program, type StackOutputs } from "./program";

// The engine calls an exported function and takes what it resolves to as the stack's outputs.
export = (): Promise<StackOutputs> => program();
