import tseslint from "typescript-eslint";

const umbrella = ["aws", "azure-native", "gcp", "vault", "kubernetes"].map((provider) => ({
  name: `@pulumi/${provider}`,
  message: "Import the module of the resource: the whole package takes seconds to type-check.",
}));

/** A folder, and what it must not import: the direction is config → environment → components → wiring → outputs. */
const directions = {
  infra: ["stacks", "stores", "policies", "cli", "sandbox", "test"],
  stores: ["stacks", "policies", "cli", "sandbox", "test"],
  stacks: ["policies", "cli", "sandbox", "test"],
  policies: ["stacks", "stores", "cli", "sandbox", "test"],
  cli: ["policies", "test"],
  sandbox: ["test"],
};

const restrict = (folders) => ({
  "no-restricted-imports": [
    "error",
    {
      paths: umbrella,
      patterns: folders.length
        ? [
            {
              regex: `^(\\.\\./)+(${folders.join("|")})(/|$)`,
              message: "This import goes against the flow; see CONTRIBUTING.md.",
            },
          ]
        : [],
    },
  ],
});

export default tseslint.config(
  { ignores: ["node_modules/", "coverage/", "**/*.mjs", "**/*.cjs"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      ...restrict([]),
      eqeqeq: "error",
      "no-console": "error",
      // Constructing a resource registers it: the object itself is often of no further use.
      "no-new": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      // `require("./x") as typeof import("./x")` loads a module of ours late, without the loader of ES modules.
      "@typescript-eslint/no-require-imports": ["error", { allow: ["^\\.{1,2}/"] }],
    },
  },
  {
    files: ["{cli,stores,stacks,infra,policies}/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportExpression[source.value=/^[.]/]",
          message:
            "The command is loaded as CommonJS alone: use require, typed by `typeof import`.",
        },
      ],
    },
  },
  ...Object.entries(directions).map(([folder, forbidden]) => ({
    files: [`${folder}/**/*.ts`],
    rules: restrict(forbidden),
  })),
);
