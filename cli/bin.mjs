#!/usr/bin/env node
// The commands are TypeScript, loaded as they stand: no build step that could be out of date.
import { createRequire } from "node:module";
import { register as registerCommonJs } from "tsx/cjs/api";
import { register as registerEsm } from "tsx/esm/api";

registerCommonJs();
registerEsm();
createRequire(import.meta.url)("./main.ts");
