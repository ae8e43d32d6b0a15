// Lint: TypeScript's strict rules, and what each folder may touch beside its imports. Who may import whom is in
// dependency-cruiser.config.ts.
import type { Linter } from "eslint";
import tseslint from "typescript-eslint";
import { ownFolder } from "./scripts/lint/own-folder.ts";

const noProcess: Linter.RulesRecord = {
  "no-restricted-globals": [
    "error",
    { name: "process", message: "Only main files, scripts and tool configuration touch process." },
  ],
};

const PURE = "Pure code takes clock, network and environment as arguments.";
const pure: Linter.RulesRecord = {
  "no-restricted-globals": [
    "error",
    ...["process", "Buffer", "fetch", "setTimeout", "setInterval", "performance", "crypto"].map(
      (name) => ({ name, message: PURE }),
    ),
  ],
  "no-restricted-properties": [
    "error",
    { object: "Date", property: "now", message: "Time is an argument." },
    { object: "Math", property: "random", message: "Randomness is an argument." },
  ],
};

const noUnsafeSql = {
  selector: "MemberExpression[property.name=/Unsafe$/]",
  message: "SQL is written with tagged templates.",
};

/** Applies rules to a few top-level folders. */
const inside = (folders: string[], rules: Linter.RulesRecord) => ({
  files: folders.map((folder) => `${folder}/**/*.{ts,tsx}`),
  rules,
});

export default tseslint.config(
  {
    ignores: [
      "artifacts/**",
      "cache/**",
      "coverage/**",
      "types/**",
      "prisma/generated/**",
      "web/dist/**",
      "data/**",
      "node_modules/**",
    ],
  },
  ...tseslint.configs.strict,
  {
    plugins: { house: { rules: { "own-folder": ownFolder } } },
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off", // noUncheckedIndexedAccess asks for them where a bound was just checked
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "no-restricted-syntax": ["error", noUnsafeSql],
    },
  },
  inside(["protocol", "api", "lists", "packing"], pure),
  inside(["server", "cli", "web"], noProcess),
  inside(["protocol", "api", "lists", "packing", "server", "cli", "web", "sample"], {
    "house/own-folder": "error",
  }),
  {
    files: ["cli/**/*.ts"],
    ignores: ["cli/output/terminal.ts", "cli/program.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        noUnsafeSql,
        {
          selector:
            "CallExpression[callee.property.name='write'][callee.object.name=/^(stdout|stderr)$/]",
          message: "All output passes through cli/output/terminal.ts, which encodes it.",
        },
      ],
    },
  },
  { files: ["server/main.ts", "cli/main.ts"], rules: { "no-restricted-globals": "off" } },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
  {
    files: ["test/**/*.ts"],
    ignores: ["test/support/{random,seed}.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { name: "fast-check", message: "fc of test/support/random.ts has a seed." },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Random of test/support has a seed." },
      ],
    },
  },
);
