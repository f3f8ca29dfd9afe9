#!/usr/bin/env node
// The commands are TypeScript, loaded as they stand: no build step that could be out of date. Only as CommonJS: the
// loader of ES modules is a thread of its own, which takes 100 ms to start.
import { createRequire } from "node:module";
import { register } from "tsx/cjs/api";

register();
createRequire(import.meta.url)("./main.ts");
