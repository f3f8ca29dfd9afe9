#!/usr/bin/env node
// The commands are TypeScript, loaded as they stand: no build step that could be out of date. Only as CommonJS: the
// loader of ES modules is a thread of its own, and reads what it imports twice: together they take 170 ms to start.
import module, { createRequire } from "node:module";

// Node 22 and later keep what they compiled: https://nodejs.org/api/module.html#moduleenablecompilecachecachedir
module.enableCompileCache?.();
// The AWS SDK tells each command on Node 20, on stderr, that it will need a later one. The README says which are meant.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const require = createRequire(import.meta.url);
require("tsx/cjs/api").register();
require("./main.ts");
