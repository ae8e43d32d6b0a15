// `npm run deploy`: deploys the ledger with Hardhat Ignition; `npm run deploy:log` deploys the checkpoint contract. Without a
// terminal nobody can answer its question, so the command itself is the answer. On a terminal it asks before it deploys.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const [module = "CustodyLedger", ...args] = process.argv.slice(2);
const ROOT = fileURLToPath(new URL("../", import.meta.url));
const cli = fileURLToPath(new URL("../node_modules/hardhat/dist/src/cli.js", import.meta.url));
const CONFIRMED = {
  HARDHAT_IGNITION_CONFIRM_DEPLOYMENT: "true",
  HARDHAT_IGNITION_CONFIRM_RESET: "true",
};

const child = spawn(
  process.execPath,
  [cli, "ignition", "deploy", `ignition/modules/${module}.ts`, ...args],
  {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...(process.stdin.isTTY ? {} : CONFIRMED), ...process.env },
  },
);
child.once("exit", (code) => process.exit(code ?? 1));
