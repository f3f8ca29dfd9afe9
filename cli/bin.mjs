#!/usr/bin/env node
// The commands are TypeScript, loaded as they stand: no build step that could be out of date.
import { register } from "tsx/cjs/api";
import { createRequire } from "node:module";

register();
createRequire(import.meta.url)("./main.ts");
