import { CommanderError } from "commander";
import { buildCli } from "./cli";
import { forbidCoreDumps } from "./coreDumps";
import { forbidDebuggerPort } from "./debuggerPort";
import { forgetEmptyVariables } from "./emptyVariables";
import { hideSdkWarning } from "./sdkWarning";

// Before there is any value in memory.
forbidCoreDumps();
forbidDebuggerPort();
hideSdkWarning();
forgetEmptyVariables(process.env);
// Whoever reads has enough, as `| head` has: the rest is for nobody, and that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
// Whatever is wrong is told in one message on stderr; a stack trace helps only whoever wrote the command.
buildCli()
  .parseAsync()
  .catch((error: unknown) => {
    // Help was asked for, and shown.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    // What can tell it is loaded when there is something to tell.
    (require("./output") as typeof import("./output")).failure(error);
  });
