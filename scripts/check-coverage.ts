// Runs the contracts' tests under coverage. Fails unless they reach every line and every statement of contracts/.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { exit } from "node:process";

/** Every test of the contracts but the long random ones, which reach nothing that the others do not. */
const tests = readdirSync("test/contracts").filter(
  (file) => /\.(test\.ts|t\.sol)$/.test(file) && !file.includes("differential"),
);

const hardhat = spawn(
  "hardhat",
  ["test", "--coverage", ...tests.map((file) => `test/contracts/${file}`)],
  { stdio: ["inherit", "pipe", "inherit"] },
);
let output = "";
hardhat.stdout.setEncoding("utf8").on("data", (text: string) => {
  output += text;
  process.stdout.write(text);
});

hardhat.on("close", (code) => {
  if (code !== 0) exit(code ?? 1);
  const rows = [...output.matchAll(/(contracts\/\S+\.sol) +│ +([\d.]+) +│ +([\d.]+)/g)];
  const covered = rows.flatMap(([, file, lines, statements]) =>
    lines === "100.00" && statements === "100.00" ? [file] : [],
  );
  const expected = readdirSync("contracts", { recursive: true, encoding: "utf8" }).filter(
    // A file that only declares functions has no statement to reach.
    (file) =>
      file.endsWith(".sol") &&
      /^ *function [^;]*?\{/m.test(readFileSync(`contracts/${file}`, "utf8")),
  );
  const missing = expected.filter((file) => !covered.includes(`contracts/${file}`));
  if (missing.length === 0) return;
  console.error(`Not every line and statement is covered: ${missing.join(", ")}`);
  exit(1);
});
