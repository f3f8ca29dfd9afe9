#!/usr/bin/env node
// The commands are TypeScript, loaded as they stand: no build step that could be out of date. Only as CommonJS: the
// loader of ES modules is a thread of its own, and reads what it imports twice: together they take 170 ms to start.
import module, { createRequire } from "node:module";

// Node 22 and later keep what they compiled: https://nodejs.org/api/module.html#moduleenablecompilecachecachedir
module.enableCompileCache?.();

const require = createRequire(import.meta.url);
// First what is no TypeScript: tsx would look at each of its files too, for 40 ms.
require("commander");
require("tsx/cjs/api").register();
require("./main.ts");
