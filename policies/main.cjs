// The engine's loader type-checks a pack each time it has no cached copy of it, which takes seconds; `npm run check`
// checks the types once. So TypeScript is loaded as Pulumi.yaml says it for the program: by tsx.
require("tsx/cjs");
require("./index.ts");
