import { buildCli } from "./cli";
import { failure } from "./output";

// Whatever is wrong is told in one message on stderr; a stack trace helps only whoever wrote the command.
buildCli()
  .parseAsync()
  .catch((error: unknown) => {
    failure(error);
  });
