// Starts the process of the embedded chain: anvil, or Hardhat's node on a platform without anvil.
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { resolve } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { stateFile } from "./snapshots.ts";

/** The chain id of every embedded chain. */
export const LOCAL_CHAIN_ID = 31_337;

const require = createRequire(import.meta.url);

/** The anvil binary of this platform; undefined if there is none. */
export function anvilBinary(): string | undefined {
  const processor = arch() === "x64" ? "amd64" : arch();
  try {
    return require.resolve(`@foundry-rs/anvil-${platform()}-${processor}/bin/anvil`);
  } catch {
    return undefined;
  }
}

/** Starts anvil. Detached, because Ctrl-C reaches a terminal's whole process group, and the last snapshot needs the chain. */
export function spawnAnvil(
  binary: string,
  folder: string,
  port: number,
  messages: number,
  beginsAt: number | undefined,
): ChildProcess {
  const state = stateFile(folder);
  const args = [
    "--port",
    String(port),
    "--chain-id",
    String(LOCAL_CHAIN_ID),
    "--accounts",
    "1",
    "--hardfork",
    "osaka",
    "--gas-limit",
    "60000000",
    "--enable-tx-gas-limit",
    "--prune-history",
    "128",
    "--no-cors",
    "--silent",
    ...(existsSync(state)
      ? ["--load-state", resolve(state)]
      : beginsAt === undefined
        ? []
        : ["--timestamp", String(beginsAt)]),
  ];
  return spawn(binary, args, inFolder(folder, messages));
}

/** Starts Hardhat's node, which keeps the chain in memory. */
export function spawnHardhat(folder: string, port: number, messages: number): ChildProcess {
  const cli = fileURLToPath(new URL("../../node_modules/hardhat/dist/src/cli.js", import.meta.url));
  const config = fileURLToPath(new URL("../../hardhat.config.ts", import.meta.url));
  const args = [cli, "--config", config, "node", "--port", String(port)];
  return spawn(execPath, args, inFolder(folder, messages));
}

/** A chain runs in its folder, by which the next service knows whose it is. */
const inFolder = (folder: string, messages: number): SpawnOptions => ({
  cwd: folder,
  stdio: ["ignore", "ignore", messages],
  detached: true,
});
