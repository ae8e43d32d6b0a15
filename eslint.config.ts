// Lint: TypeScript's strict rules, and the table of who may import whom (docs/decisions/0001-the-house.md).
import { builtinModules } from "node:module";
import type { Linter } from "eslint";
import tseslint from "typescript-eslint";

const folders = ["protocol", "server", "cli", "web", "sample", "scripts", "bench", "test"];
const nodeBuiltIns = `^(node:.*|(${builtinModules.join("|")})(/.*)?)$`;
/** Forbids a folder's files to import from other folders of the house, whatever the number of `../`. */
const not = (names: string[], message: string) => ({
  regex: `^(\\.\\./)+(${names.join("|")})/`,
  message,
});

function layer(folder: string, patterns: object[], more: Linter.RulesRecord = {}) {
  const rules: Linter.RulesRecord = { "no-restricted-imports": ["error", { patterns }], ...more };
  return { files: [`${folder}/**/*.{ts,tsx}`], rules };
}

const noProcess: Linter.RulesRecord = {
  "no-restricted-globals": [
    "error",
    { name: "process", message: "Only main files, scripts and tool configuration touch process." },
  ],
};
const pure: Linter.RulesRecord = {
  "no-restricted-globals": [
    "error",
    ...["process", "Buffer", "fetch", "setTimeout", "setInterval", "performance", "crypto"].map(
      (name) => ({
        name,
        message: "protocol/ is pure: clock, network and environment are arguments.",
      }),
    ),
  ],
  "no-restricted-properties": [
    "error",
    { object: "Date", property: "now", message: "Time is an argument." },
    { object: "Math", property: "random", message: "Randomness is an argument." },
  ],
};

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
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off", // noUncheckedIndexedAccess asks for them where a bound was just checked
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[property.name=/Unsafe$/]",
          message: "SQL is written with tagged templates.",
        },
      ],
    },
  },
  layer(
    "protocol",
    [
      not(
        folders.filter((name) => name !== "protocol").concat("prisma"),
        "protocol/ stands alone.",
      ),
      { regex: nodeBuiltIns, message: "protocol/ is pure: it runs in a browser as it is." },
      {
        regex: "^(?!\\.)(?!zod$|canonicalize$|@noble/|hash-wasm$|@bitauth/libauth)",
        message:
          "protocol/ uses zod, canonicalize, @noble/*, hash-wasm and @bitauth/libauth; of ethers the ABI coder, in chain/chain.ts.",
      },
    ],
    pure,
  ),
  layer(
    "server",
    [
      not(
        ["cli", "web", "scripts", "bench", "test"],
        "server/ stands on protocol/ and the Prisma client.",
      ),
    ],
    noProcess,
  ),
  layer(
    "cli",
    [
      not(
        ["web", "scripts", "bench", "test", "prisma"],
        "cli/ stands on protocol/, server/fsck and server/admin.",
      ),
      {
        regex: "^(\\.\\./)+server/(?!(fsck/|access/admin\\.ts$|open\\.ts$))",
        message: "Of the server, cli/ uses fsck and admin only.",
      },
    ],
    noProcess,
  ),
  layer(
    "web",
    [
      not(
        ["server", "cli", "scripts", "bench", "test", "prisma"],
        "web/ stands on protocol/ and HTTP.",
      ),
      { regex: nodeBuiltIns, message: "web/ runs in a browser." },
    ],
    noProcess,
  ),
  { files: ["web/vite.config.ts"], rules: { "no-restricted-imports": "off" } },
  {
    // Of ethers only the ABI coder: the one file that reads EVM logs.
    files: ["protocol/chain/chain.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            not(
              folders.filter((name) => name !== "protocol").concat("prisma"),
              "protocol/ stands alone.",
            ),
            { regex: nodeBuiltIns, message: "protocol/ is pure: it runs in a browser as it is." },
            { regex: "^ethers(?!/abi$)", message: "Of ethers only the ABI coder." },
          ],
        },
      ],
    },
  },
  { files: ["server/main.ts", "cli/main.ts"], rules: { "no-restricted-globals": "off" } },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
);
