import { readFileSync, readdirSync } from "node:fs";

// Two projects: `unit` needs nothing but Node; `e2e` runs the real engine and a real OpenBao.
// ESM-only packages are compiled to CommonJS here, because jest runs the tests as CommonJS.
const modules = new URL("./node_modules/", import.meta.url);
const isEsm = (name) => {
  try {
    return (
      JSON.parse(readFileSync(new URL(`${name}/package.json`, modules), "utf8")).type === "module"
    );
  } catch {
    return false;
  }
};
const names = readdirSync(modules).flatMap((entry) =>
  entry.startsWith("@")
    ? readdirSync(new URL(entry, modules)).map((n) => `${entry}/${n}`)
    : [entry],
);
const esmOnly = names.filter(isEsm);

const base = {
  testEnvironment: "node",
  // The Pulumi SDK keeps its own globals between tests.
  testEnvironmentOptions: { globalsCleanup: "off" },
  transform: {
    "^.+\\.[cm]?[jt]s$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(${esmOnly.join("|")})/)`],
};

export default {
  // Tests that are `concurrent` start processes, each of which keeps a core busy.
  maxConcurrency: 2,
  // What a suite loads stays in its process: one process for all of them runs out of memory. This one is renewed.
  workerIdleMemoryLimit: "1500MB",
  projects: [
    {
      ...base,
      displayName: "unit",
      testMatch: ["<rootDir>/test/{unit,components,stacks,policies,docs}/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/support/unitSetup.ts"],
    },
    {
      ...base,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
      globalSetup: "<rootDir>/test/support/globalSetup.ts",
      setupFilesAfterEnv: ["<rootDir>/test/support/e2eSetup.ts"],
    },
  ],
};
