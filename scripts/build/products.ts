// Lists what is built before the service can run: from which files, by which command, into which files.
import { fileURLToPath } from "node:url";

/** The installation's folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Something that is made of the sources, once, and read when the service runs. */
export interface Product {
  name: string;
  /** Files and folders that decide its content. The lockfile stands for the tools that make it. */
  sources: readonly string[];
  /** Files and folders that it consists of. */
  outputs: readonly string[];
  /** A tool's script in node_modules, with its arguments. */
  command: readonly [script: string, ...args: string[]];
}

export const PRODUCTS: readonly Product[] = [
  {
    name: "contracts",
    sources: ["contracts", "hardhat.config.ts", "package-lock.json"],
    outputs: ["artifacts/contracts", "types/ethers-contracts"],
    command: ["hardhat/dist/src/cli.js", "build", "--quiet"],
  },
  {
    name: "client",
    sources: ["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"],
    outputs: ["prisma/generated"],
    command: ["prisma/build/index.js", "generate", "--no-hints"],
  },
  {
    name: "verifier",
    sources: [
      "api",
      "lists",
      "protocol",
      "web/tokens.css",
      "web/verify",
      "web/tsconfig.json",
      "web/verify.html",
      "web/vite.config.ts",
      "package-lock.json",
    ],
    outputs: ["web/dist/verify.html"],
    command: ["vite/bin/vite.js", "build", "--config", "web/vite.config.ts"],
  },
  {
    name: "pages",
    sources: [
      "api",
      "lists",
      "packing",
      "protocol",
      "web/tokens.css",
      "web/app",
      "web/tsconfig.json",
      "web/index.html",
      "web/vite.pages.config.ts",
      "package-lock.json",
    ],
    outputs: ["web/dist/pages"],
    command: ["vite/bin/vite.js", "build", "--config", "web/vite.pages.config.ts"],
  },
];
